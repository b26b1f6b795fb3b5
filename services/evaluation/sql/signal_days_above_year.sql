-- ScanFraudRequest -> Nothing
WITH total AS (
  SELECT a.worker_number, array_agg(DISTINCT a.project_code) AS projects FROM attended a
  WHERE a.month BETWEEN :scan_year || '-01' AND :scan_year || '-12'
  GROUP BY a.worker_number
  HAVING sum(a.day_hundredths) > (SELECT 100 * least_count FROM signal_rule_on('DAYS_ABOVE_YEAR', :call.today) WHERE weight > 0)
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'DAYS_ABOVE_YEAR', p.project_code, t.worker_number::text, a.worker_number, a.id_number_mask, a.project_code, a.month, NULL, NULL,
  a.day_hundredths, NULL, NULL
FROM total t JOIN attended a ON a.worker_number = t.worker_number AND a.month BETWEEN :scan_year || '-01' AND :scan_year || '-12',
  unnest(t.projects) AS p(project_code)
