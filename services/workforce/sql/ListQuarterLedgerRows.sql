-- ListQuarterLedgerRowsRequest -> LedgerRowPage.rows[]
-- Sealed worker-months of the unit's projects, project by project in the order of the key: the order in which they are hashed.
WITH span AS (
  SELECT left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0') AS first_month,
    left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0') AS last_month,
    coalesce(split_part(:page_token, ' ', 1), '') COLLATE "C" AS project_code, split_part(:page_token, ' ', 2) AS month,
    nullif(split_part(:page_token, ' ', 3), '')::int8 AS worker_number)
SELECT 'ATTENDANCE' AS row_kind, p.project_code, r.month, r.worker_number, w.id_number_mask, r.agreement_code, r.employment_kind,
  r.day_hundredths::int8 AS day_hundredths, r.attended_days, r.first_date, p.project_code || ' ' || r.month || ' ' || r.worker_number AS page_key
FROM span CROSS JOIN project p CROSS JOIN LATERAL (
  SELECT s.* FROM sealed_worker s
  WHERE s.project_code = p.project_code AND s.month BETWEEN span.first_month AND span.last_month
    AND (s.month, s.worker_number) > (CASE p.project_code WHEN span.project_code THEN span.month ELSE '' END,
      CASE p.project_code WHEN span.project_code THEN span.worker_number ELSE -1 END)
  ORDER BY s.month, s.worker_number LIMIT :call.limit) r LEFT JOIN worker w ON w.worker_number = r.worker_number
WHERE p.bureau_unit_id = :unit_id AND p.project_code >= span.project_code
ORDER BY p.project_code, r.month, r.worker_number LIMIT :call.limit
