-- ScanFraudRequest -> Nothing
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'UNDER_AGE', a.project_code, '', a.worker_number, a.id_number_mask, a.project_code, a.month, NULL, NULL, a.day_hundredths, NULL,
  g.age_years || '周岁'
FROM signal_rule_on('UNDER_AGE', :call.today) r, agreement g
JOIN attended a ON a.project_code = g.project_code AND a.month = :month AND a.worker_number = g.worker_number AND a.agreement_code = g.agreement_code
WHERE r.weight > 0 AND g.age_years < 18 AND g.age_years < r.least_count
