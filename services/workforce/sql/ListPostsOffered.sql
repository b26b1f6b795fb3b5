-- ListPostsOfferedRequest -> ListPostsOfferedReply.rows[]
-- Places of the demands submitted in a quarter and in the one before, by bureau and contractor (R137). A unit sees what it takes part in.
WITH span AS (
  SELECT first_date, (first_date + interval '3 months' - interval '1 day')::date AS last_date, (first_date - interval '3 months')::date AS former_date
  FROM (SELECT make_date(left(:quarter, 4)::int4, right(:quarter, 1)::int4 * 3 - 2, 1) AS first_date) q),
offered AS (
  SELECT coalesce(p.bureau_unit_id, '') AS bureau_unit_id, coalesce(c.unit_id, '') AS contractor_unit_id,
         coalesce(sum(d.head_count) FILTER (WHERE d.submitted_date >= span.first_date), 0)::int4 AS offered_count,
         coalesce(sum(d.head_count) FILTER (WHERE d.submitted_date < span.first_date), 0)::int4 AS former_count
  FROM span JOIN labour_demand d ON d.submitted_date BETWEEN span.former_date AND span.last_date JOIN project p USING (project_code)
  LEFT JOIN LATERAL (
    SELECT min(unit_id) AS unit_id FROM project_party x WHERE x.project_code = d.project_code AND x.relation = 'CONTRACTOR') c ON true
  WHERE :call.sees_all OR EXISTS (SELECT 1 FROM project_party me WHERE me.project_code = d.project_code AND me.unit_id = :call.unit)
  GROUP BY 1, 2)
SELECT bureau_unit_id, contractor_unit_id, :quarter AS quarter, offered_count, former_count, offered_count > former_count AS posts_widened,
       bureau_unit_id || '|' || contractor_unit_id AS page_key
FROM offered
WHERE (bureau_unit_id, contractor_unit_id) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2), '')) OR :page_token IS NULL
ORDER BY bureau_unit_id, contractor_unit_id
LIMIT :call.limit
