-- ScanFraudRequest -> Nothing
-- Half a day here and half a day there is honest work; more than a whole day is not. Days are spelled out only for people at several sites.
WITH several AS (
  SELECT worker_number FROM attended WHERE month = :month GROUP BY worker_number HAVING count(*) > 1
),
day AS (
  SELECT a.project_code, a.worker_number, a.id_number_mask, (a.month || '-' || split_part(d, ':', 1))::date AS work_date,
    split_part(d, ':', 2)::int8 AS day_hundredths
  FROM several JOIN attended a USING (worker_number), string_to_table(a.days_text, ' ') AS d
  WHERE a.month = :month AND a.days_text <> ''
),
clash AS (
  SELECT worker_number, work_date, array_agg(DISTINCT project_code) AS projects
  FROM day, signal_rule_on('TWO_SITES', :call.today) r WHERE r.weight > 0
  GROUP BY worker_number, work_date, r.least_count HAVING sum(day_hundredths) > greatest(r.least_count, 100)
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'TWO_SITES', p.project_code, c.worker_number::text, d.worker_number, d.id_number_mask, d.project_code, :month, d.work_date, NULL,
  d.day_hundredths, NULL, NULL
FROM clash c JOIN day d USING (worker_number, work_date), unnest(c.projects) AS p(project_code)
WHERE cardinality(c.projects) > 1
