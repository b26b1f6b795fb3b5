-- SetPayMethodRequest -> SheetLine
-- In principle by bank card to the person (R128); cash is the exception and says why. Until the line is ordered or paid.
WITH line AS (
  SELECT l.*, s.sheet_state FROM wage_line l JOIN wage_sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number
),
problem AS (
  SELECT 'LINE_NOT_FOUND' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'PAY_METHOD_FIXED', 'worker_number', line_state FROM line
    WHERE line_state NOT IN ('DRAFT', 'CONFIRMED', 'REJECTED') OR sheet_state IN ('VOID', 'REOPENED')
  UNION ALL SELECT 'CASH_NEEDS_REASON', 'cash_reason', NULL FROM line WHERE :pay_method = 'CASH' AND :cash_reason IS NULL
),
counted AS (
  UPDATE wage_sheet w SET cash_count = w.cash_count + (:pay_method = 'CASH')::int4 - (line.pay_method = 'CASH')::int4
  FROM line WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_line l SET pay_method = :pay_method, cash_reason = CASE :pay_method WHEN 'CASH' THEN :cash_reason END,
    cash_set_by = CASE :pay_method WHEN 'CASH' THEN :call.principal END
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING l.worker_number, l.worker_name, l.id_number_mask, l.agreement_code, l.day_hundredths::int8 AS day_hundredths, l.pay_unit, l.rate_fen,
    l.gross_fen, l.deduction_fen, l.net_fen, l.account_holder, l.account_no_mask, l.bank_name, l.line_state, l.confirmed_date, l.paid_date,
    l.bank_serial, l.reject_reason, l.line_kind, l.pay_class, l.held, l.pay_method, l.cash_reason
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
