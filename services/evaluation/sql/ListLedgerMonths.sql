-- ListLedgerMonthsRequest -> LedgerMonths.rows[]
-- Attendance, pay ledger and bank side by side, month by month.
SELECT coalesce(m.month, s.month) AS month, coalesce(m.worker_count, 0) AS worker_count, coalesce(m.day_hundredths,
  0) AS attendance_hundredths,
  m.attendance_digest, s.sheet_code, coalesce(s.line_count, 0) AS line_count, coalesce(s.day_hundredths, 0) AS payroll_hundredths,
  s.attendance_digest AS payroll_digest, coalesce(s.net_fen, 0) AS net_fen, coalesce(s.paid_fen, 0) AS paid_fen,
  (SELECT coalesce(sum(o.paid_fen), 0)::int8 FROM bank_order o WHERE o.project_code = :project_code
    AND o.sheet_code = s.sheet_code) AS bank_fen,
  coalesce(s.sheet_state IN ('PAID', 'FILED'), false) AS is_settled,
  :call.today > ((coalesce(m.month, s.month) || '-01')::date + interval '2 months' - interval '1 day')::date AS is_sheet_due
FROM (SELECT * FROM sealed_month WHERE project_code = :project_code) AS m
FULL JOIN (SELECT * FROM sheet WHERE project_code = :project_code AND sheet_state <> 'VOID') AS s ON s.month = m.month
ORDER BY 1
