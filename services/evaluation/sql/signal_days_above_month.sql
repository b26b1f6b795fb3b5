-- ScanFraudRequest -> Nothing
WITH total AS (
  SELECT l.worker_number, array_agg(DISTINCT l.project_code) AS projects
  FROM ledger_line l JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
  WHERE l.month = :month
  GROUP BY l.worker_number
  HAVING sum(l.day_hundredths) >= 100 * extract(day FROM (:month || '-01')::date + interval '1 month' - interval '1 day')::int4
    + (SELECT greatest(least_count, 1) FROM signal_rule_on('DAYS_ABOVE_MONTH', :call.today) WHERE weight > 0)
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'DAYS_ABOVE_MONTH', p.project_code, t.worker_number::text, l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, NULL
FROM total t JOIN ledger_line l ON l.month = :month AND l.worker_number = t.worker_number
JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED'), unnest(t.projects) AS p(project_code)
