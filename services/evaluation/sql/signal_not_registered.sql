-- ScanFraudRequest -> Nothing
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'NOT_REGISTERED', l.project_code, l.sheet_code, l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, NULL
FROM signal_rule_on('NOT_REGISTERED', :call.today) rule, ledger_line l
JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
WHERE rule.weight > 0 AND l.month = :month
  AND NOT EXISTS (SELECT 1 FROM roster r WHERE r.project_code = l.project_code AND r.worker_number = l.worker_number)
