-- ListMissingProgressRequest -> ListMissingProgressReply.rows[]
-- Owner and contractor each owe a report for every month in which the works ran, from the start to their completion.
WITH span AS (SELECT (:month || '-01')::date AS first_day, ((:month || '-01')::date + interval '1 month')::date AS next_first)
SELECT p.project_code, p.project_name, p.bureau_unit_id, :month AS month, y.relation AS reported_as, y.unit_id,
  d.due_date, d.due_date < :call.today AS is_overdue, concat_ws('/', p.project_code, y.relation, y.unit_id) AS page_key
FROM span s, project p JOIN project_party y ON y.project_code = p.project_code AND y.relation IN ('OWNER', 'CONTRACTOR'),
  LATERAL (SELECT s.next_first - 1 + parameter_on('progress_due_days', p.division_code, s.next_first)::int4 AS due_date) d
WHERE p.start_date < s.next_first AND (p.complete_date IS NULL OR p.complete_date >= s.first_day) AND p.project_state <> 'CANCELLED'
  AND NOT EXISTS (SELECT 1 FROM progress_report r WHERE r.project_code = p.project_code AND r.month = :month AND r.reported_as = y.relation)
  AND (:unit_id IS NULL OR :unit_id IN (y.unit_id, p.bureau_unit_id))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party v WHERE v.project_code = p.project_code AND v.unit_id = :call.unit))
  AND (:page_token IS NULL OR (p.project_code, y.relation, y.unit_id) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2),
       split_part(:page_token, '/', 3)))
ORDER BY p.project_code, y.relation, y.unit_id LIMIT :call.limit
