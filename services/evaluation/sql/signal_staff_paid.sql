-- ScanFraudRequest -> Nothing
-- Staff on one project, paid as work-relief labour on this or another one.
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'STAFF_PAID', l.project_code, l.sheet_code, l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, NULL
FROM signal_rule_on('STAFF_PAID', :call.today) r, attended a
JOIN ledger_line l ON l.month = a.month AND l.worker_number = a.worker_number
JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
WHERE r.weight > 0 AND a.month = :month AND a.site_role = 'STAFF' AND l.pay_class = 'WORK_RELIEF_SERVICE' AND l.gross_fen > 0
