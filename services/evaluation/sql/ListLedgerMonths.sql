-- ListLedgerMonthsRequest -> LedgerMonths.rows[]
-- Attendance, pay ledger and bank (with receipts of cash) side by side, month by month; a month may have several sheets (teams), taken together.
WITH paid AS (
  SELECT s.month, min(s.sheet_code) AS sheet_code, coalesce(sum(s.line_count) FILTER (WHERE s.sheet_kind = 'REGULAR'), 0)::int4 AS line_count,
    sum(s.day_hundredths)::int8 AS payroll_hundredths,
    CASE WHEN bool_or(s.sheet_kind = 'SUPPLEMENT') -- drawn from the newest seal
        THEN (array_agg(s.attendance_digest ORDER BY s.sheet_kind DESC, length(s.sheet_code) DESC, s.sheet_code DESC))[1]
      WHEN count(DISTINCT s.attendance_digest) = 1 THEN (array_agg(s.attendance_digest))[1] ELSE '\x00'::bytea END AS payroll_digest,
    sum(s.net_fen)::int8 AS net_fen, sum(s.paid_fen)::int8 AS paid_fen, bool_and(s.sheet_state IN ('PAID', 'FILED')) AS is_settled,
    sum(s.cash_fen + (SELECT coalesce(sum(o.paid_fen), 0) FROM bank_order o WHERE o.project_code = :project_code AND o.sheet_code = s.sheet_code))::int8
      AS bank_fen
  FROM sheet s WHERE s.project_code = :project_code AND s.sheet_state NOT IN ('VOID', 'REOPENED') GROUP BY s.month
)
SELECT coalesce(m.month, s.month) AS month, coalesce(m.worker_count, 0) AS worker_count,
  coalesce(m.day_hundredths, 0) AS attendance_hundredths, m.attendance_digest, s.sheet_code, coalesce(s.line_count, 0) AS line_count,
  coalesce(s.payroll_hundredths, 0) AS payroll_hundredths, s.payroll_digest, coalesce(s.net_fen, 0) AS net_fen,
  coalesce(s.paid_fen, 0) AS paid_fen, coalesce(s.bank_fen, 0) AS bank_fen, coalesce(s.is_settled, false) AS is_settled,
  :call.today > ((coalesce(m.month, s.month) || '-01')::date + interval '2 months' - interval '1 day')::date AS is_sheet_due
FROM (SELECT * FROM sealed_month WHERE project_code = :project_code) AS m
FULL JOIN paid s ON s.month = m.month
ORDER BY 1
