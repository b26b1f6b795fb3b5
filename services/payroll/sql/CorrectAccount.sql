-- CorrectAccountRequest -> SheetLine
-- The account stays the worker's own (R128); what stood there before is kept.
WITH line AS (
  SELECT l.*, s.sheet_state FROM wage_line l JOIN wage_sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number
),
problem AS (
  SELECT 'LINE_NOT_FOUND' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'LINE_NOT_CORRECTABLE', 'worker_number', line_state FROM line
    WHERE line_state NOT IN ('DRAFT', 'CONFIRMED', 'REJECTED') OR sheet_state = 'VOID'
  UNION ALL SELECT 'ACCOUNT_HOLDER_DIFFERS', 'account_holder', worker_number || ' ' || :account_holder FROM line
    WHERE worker_name <> :account_holder
  UNION ALL SELECT 'CARD_HELD', 'card_held', NULL WHERE :card_held
),
kept AS (
  INSERT INTO account_correction (project_code, sheet_code, worker_number, correction_number, former_account_no, account_no,
    correction_reason,
    corrected_by, corrected_date)
  SELECT :project_code, :sheet_code, :worker_number, (SELECT count(*) + 1 FROM account_correction c
    WHERE c.project_code = :project_code
    AND c.sheet_code = :sheet_code AND c.worker_number = :worker_number)::int4, line.account_no, :account_no, :correction_reason,
    :call.principal, :call.today
  FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_line l SET account_holder = :account_holder, account_no = :account_no, account_no_mask = :account_no_mask,
    account_no_token = :account_no_token, bank_name = coalesce(:bank_name, l.bank_name), account_corrected = true
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING l.worker_number, l.worker_name, l.id_number_mask, l.agreement_code, l.day_hundredths::int8 AS day_hundredths,
    l.pay_unit, l.rate_fen,
    l.gross_fen, l.deduction_fen, l.net_fen, l.account_holder, l.account_no_mask, l.bank_name, l.line_state, l.confirmed_date,
      l.paid_date,
    l.bank_serial, l.reject_reason, l.reject_code
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
