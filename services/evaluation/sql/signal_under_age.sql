-- ScanFraudRequest -> Nothing
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'UNDER_AGE', a.project_code, '', a.worker_number, a.id_number_mask, a.project_code, a.month, NULL, NULL, a.day_hundredths, NULL,
  g.age_years || '周岁'
FROM signal_rule_on('UNDER_AGE', :call.today) r, attended a
JOIN agreement g ON g.project_code = a.project_code AND g.worker_number = a.worker_number AND g.agreement_code = a.agreement_code
WHERE r.weight > 0 AND a.month = :month AND g.age_years < r.least_count
