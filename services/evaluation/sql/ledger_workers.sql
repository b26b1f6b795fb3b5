-- ListLedgerMonthsRequest -> LedgerWorkers.rows[]
-- Workers and months whose ledgers do not say the same, at most 1,000. Lines are compared where the sheet's lines are wanted at all.
WITH listed AS (
  SELECT DISTINCT month FROM sheet WHERE project_code = :project_code AND sheet_state NOT IN ('VOID', 'REOPENED') AND lines_number > 0
),
line AS (
  SELECT l.month, l.worker_number, min(l.id_number_mask) AS id_number_mask, min(l.sheet_code) AS sheet_code,
    sum(l.day_hundredths)::int8 AS payroll_hundredths, sum(l.net_fen)::int8 AS net_fen, sum(l.paid_fen)::int8 AS paid_fen,
    sum(l.bank_fen)::int8 AS bank_fen, bool_or(l.bank_fen <> l.paid_fen) IS TRUE AS bank_differs
  FROM sheet s JOIN ledger_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code
  WHERE s.project_code = :project_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
  GROUP BY l.month, l.worker_number
),
attendance AS (
  SELECT a.month, a.worker_number, a.id_number_mask, a.day_hundredths::int8 AS attendance_hundredths, a.days_text,
    EXISTS (SELECT 1 FROM agreement g WHERE g.project_code = a.project_code AND g.worker_number = a.worker_number
      AND g.start_date <= a.first_date AND coalesce(g.end_date, 'infinity') >= a.last_date) AS covered
  FROM attended a WHERE a.project_code = :project_code
)
SELECT coalesce(a.month, l.month) AS month, coalesce(a.worker_number, l.worker_number) AS worker_number,
  coalesce(a.id_number_mask, l.id_number_mask) AS id_number_mask, l.sheet_code,
  CASE WHEN a.covered THEN a.attendance_hundredths WHEN a.month IS NOT NULL THEN
    (SELECT coalesce(sum(split_part(d, ':', 2)::int8), 0)::int8 FROM string_to_table(a.days_text, ' ') AS d
     WHERE EXISTS (SELECT 1 FROM agreement g WHERE g.project_code = :project_code AND g.worker_number = a.worker_number
       AND (a.month || '-' || split_part(d, ':', 1))::date BETWEEN g.start_date AND coalesce(g.end_date, 'infinity'))) END AS roster_hundredths,
  a.attendance_hundredths, l.payroll_hundredths, coalesce(l.net_fen, 0) AS net_fen, coalesce(l.paid_fen, 0) AS paid_fen, l.bank_fen,
  :call.today > ((coalesce(a.month, l.month) || '-01')::date + interval '2 months' - interval '1 day')::date AS is_sheet_due
FROM attendance a FULL JOIN line l ON l.month = a.month AND l.worker_number = a.worker_number
WHERE a.covered IS FALSE
  OR (coalesce(a.month, l.month) IN (SELECT month FROM listed)
    AND (a.attendance_hundredths IS DISTINCT FROM l.payroll_hundredths OR l.bank_differs))
ORDER BY 1, 2 LIMIT 1000
