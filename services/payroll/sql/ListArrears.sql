-- ListArrearsRequest -> ArrearsPage.rows[]
SELECT a.sheet_code || ' ' || lpad(a.worker_number::text, 19, '0') AS page_key, :project_code AS project_code, a.sheet_code, a.month, a.worker_number, a.worker_name,
  a.id_number_mask, a.owed_fen, a.due_date, day.as_of - a.due_date AS overdue_days, h.delay_stage AS held_stage,
  (SELECT min(c.unit_id) FROM project_party c WHERE c.project_code = :project_code AND c.relation = 'CONTRACTOR') AS liable_unit_id
FROM (SELECT coalesce(:as_of_date, :call.today) AS as_of) day
CROSS JOIN LATERAL (
  SELECT * FROM arrears_on(:project_code, day.as_of) o
  WHERE (:worker_number IS NULL OR o.worker_number = :worker_number)
    AND o.sheet_code || ' ' || lpad(o.worker_number::text, 19, '0') > coalesce(:page_token, '')
  ORDER BY o.sheet_code, o.worker_number LIMIT :call.limit
) AS a
LEFT JOIN LATERAL (SELECT d.sheet_code, s.delay_stage FROM (SELECT DISTINCT o.sheet_code FROM arrears_on(:project_code, day.as_of) o) d,
  LATERAL (SELECT x.delay_stage FROM delay_days(:project_code, d.sheet_code, day.as_of) x ORDER BY x.held_on DESC LIMIT 1) s) h ON h.sheet_code = a.sheet_code
ORDER BY a.sheet_code, a.worker_number
