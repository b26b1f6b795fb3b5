-- ScanFraudRequest -> Nothing
-- Only where the month was sealed at all: a sheet whose attendance has not been followed yet proves nothing.
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'PAY_WITHOUT_ATTENDANCE', l.project_code, l.sheet_code, l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, '考勤 ' || coalesce(a.day_hundredths::text, '无') || '（百分之一工日）'
FROM signal_rule_on('PAY_WITHOUT_ATTENDANCE', :call.today) r, ledger_line l
JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
JOIN sealed_month m ON m.project_code = l.project_code AND m.month = l.month
LEFT JOIN attended a ON a.project_code = l.project_code AND a.month = l.month AND a.worker_number = l.worker_number
WHERE r.weight > 0 AND l.month = :month AND l.day_hundredths > coalesce(a.day_hundredths, 0)
