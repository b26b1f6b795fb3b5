-- ListProjectRisksRequest -> ProjectRiskPage.rows[]
WITH risk AS (
  SELECT f.project_code, count(*)::int4 AS open_count, sum(f.score)::int4 AS total_score, max(f.score) AS highest_score,
    sum(f.involved_fen)::int8 AS involved_fen
  FROM fraud_signal f
  WHERE f.signal_state = 'OPEN' AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = f.project_code
    AND p.unit_id = :call.unit AND p.relation = 'BUREAU'))
  GROUP BY f.project_code
),
ranked AS (
  SELECT r.*, lpad((999999999 - r.total_score)::text, 9, '0') || ' ' || r.project_code AS rank_key FROM risk r
)
SELECT r.rank_key AS page_key, r.project_code, p.project_name, r.open_count, r.total_score, r.highest_score, r.involved_fen
FROM ranked r LEFT JOIN project p ON p.project_code = r.project_code
WHERE r.rank_key > coalesce(:page_token, '')
ORDER BY r.rank_key LIMIT :call.limit
