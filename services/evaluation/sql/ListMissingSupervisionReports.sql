-- ListMissingSupervisionReportsRequest -> MissingSupervisionReportPage.rows[]
-- Each month that is over and in which the works went on, from the month of the start to that of completion, without a report.
WITH span AS (
  SELECT p.project_code, p.project_name, p.bureau_unit_id, date_trunc('month', p.start_date)::date AS first_day,
    least(coalesce(p.complete_date, 'infinity'), date_trunc('month', :call.today)::date - 1) AS last_day,
    (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'SUPERVISOR') AS supervisor_unit_id
  FROM project p
  WHERE p.start_date IS NOT NULL AND (p.project_state = 'CONSTRUCTION' OR p.complete_date IS NOT NULL)
    AND (:project_code IS NULL OR p.project_code = :project_code) AND p.project_code >= split_part(coalesce(:page_token, ''), '|', 1)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
),
wanted AS (
  SELECT s.*, to_char(m, 'YYYY-MM') AS month, (m + interval '1 month' - interval '1 day')::date
    + (supervision_policy_on((m + interval '1 month' - interval '1 day')::date)).report_days AS due_date
  FROM span s CROSS JOIN LATERAL generate_series(s.first_day::timestamp, s.last_day::timestamp, interval '1 month') AS m
)
SELECT w.project_code || '|' || w.month AS page_key, w.project_code, w.project_name, w.bureau_unit_id, w.supervisor_unit_id,
  u.unit_name AS supervisor_unit_name, w.month, w.due_date, w.due_date < :call.today AS is_overdue, greatest(:call.today - w.due_date, 0) AS overdue_days
FROM wanted w LEFT JOIN unit u ON u.unit_id = w.supervisor_unit_id
WHERE w.project_code || '|' || w.month > coalesce(:page_token, '') AND (NOT :overdue_only OR w.due_date < :call.today)
  AND NOT EXISTS (SELECT 1 FROM supervision_report r WHERE r.project_code = w.project_code AND r.month = w.month)
ORDER BY 1 LIMIT :call.limit
