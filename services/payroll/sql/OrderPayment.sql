-- OrderPaymentRequest -> PaymentOrder
-- Lines with an open objection wait; the others are ordered. The declared count and total must equal the lines; else nothing is sent.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
bank AS (
  SELECT unit_id FROM project_party WHERE project_code = :project_code AND relation = 'BANK' AND unit_id = coalesce(:bank_unit_id,
    unit_id)
  UNION
  SELECT unit_id FROM unit WHERE unit_kind = 'BANK' AND active AND (unit_id = :bank_unit_id OR (:bank_unit_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM project_party WHERE project_code = :project_code AND relation = 'BANK')))
),
payable AS (
  SELECT l.* FROM wage_line l, sheet WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code
    AND line_payable(l.line_state, l.held, l.pay_method)
),
sums AS (
  SELECT count(*)::int4 AS line_count, coalesce(sum(net_fen), 0)::int8 AS total_fen FROM payable
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'OrderPayment')
  UNION ALL SELECT 'PUBLICITY_RUNNING', 'sheet_code', publicity_end_date::text FROM sheet WHERE sheet_state = 'PUBLICISED'
    AND :call.today <= publicity_end_date
  UNION ALL SELECT CASE WHEN held_count > 0 THEN 'OBJECTION_STANDS' ELSE 'NOTHING_TO_ORDER' END, 'sheet_code', held_count::text
    FROM sheet, sums WHERE sums.line_count = 0 AND sheet_state IN ('PUBLICISED', 'ORDERED', 'PARTLY_PAID')
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', drawn_by FROM sheet WHERE drawn_by = :call.principal
  UNION ALL SELECT CASE count(*) WHEN 0 THEN 'NO_BANK' ELSE 'BANK_AMBIGUOUS' END, 'bank_unit_id', :bank_unit_id
    FROM bank HAVING count(*) <> 1
  UNION ALL SELECT 'COUNT_DIFFERS', 'line_count', coalesce(:line_count, 0) || ' <> ' || sums.line_count FROM sums, sheet
    WHERE sums.line_count <> coalesce(:line_count, 0) AND sheet_state IN ('PUBLICISED', 'ORDERED', 'PARTLY_PAID')
  UNION ALL SELECT 'TOTAL_DIFFERS', 'total_fen', coalesce(:total_fen, 0) || ' <> ' || total_fen FROM sums, sheet
    WHERE total_fen <> coalesce(:total_fen, 0) AND sheet_state IN ('PUBLICISED', 'ORDERED', 'PARTLY_PAID')
  UNION ALL (SELECT 'ACCOUNT_HOLDER_DIFFERS', '', worker_number || ' ' || coalesce(account_holder, '') FROM payable
             WHERE account_holder IS DISTINCT FROM worker_name ORDER BY worker_number LIMIT 50)
  UNION ALL (SELECT 'ACCOUNT_MISSING', '', worker_number::text FROM payable WHERE account_no IS NULL ORDER BY worker_number LIMIT 50)
),
ordered AS (
  INSERT INTO payment_order (project_code, order_code, sheet_code, month, attempt, bank_unit_id, order_state, line_count,
    total_fen, ordered_by,
    ordered_date)
  SELECT :project_code, sheet.sheet_code || '-P' || (sheet.attempt_count + 1), sheet.sheet_code, sheet.month,
    sheet.attempt_count + 1, bank.unit_id,
    'SENT', sums.line_count, sums.total_fen, :call.principal, :call.today
  FROM sheet, bank, sums WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING order_code, sheet_code, project_code, month, attempt, bank_unit_id, order_state, line_count, total_fen, ordered_date
),
sent AS (
  INSERT INTO payment_line (project_code, order_code, worker_number, account_holder, account_no, account_no_mask, bank_name,
    net_fen, line_state)
  SELECT l.project_code, o.order_code, l.worker_number, l.account_holder, l.account_no, l.account_no_mask, l.bank_name, l.net_fen,
    'ORDERED'
  FROM payable l, ordered o
),
marked AS (
  UPDATE wage_line l SET line_state = 'ORDERED', order_code = o.order_code, reject_reason = NULL, account_corrected = false
  FROM payable p, ordered o WHERE l.project_code = p.project_code AND l.sheet_code = p.sheet_code
    AND l.worker_number = p.worker_number
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, posted_date)
  SELECT project_code, :call.id, 'WAGES_PAYABLE', 'IN_TRANSIT', total_fen, sheet_code, :call.today FROM ordered
),
changed AS (
  UPDATE wage_sheet w SET sheet_state = CASE w.sheet_state WHEN 'PUBLICISED' THEN 'ORDERED' ELSE w.sheet_state END, attempt_count = o.attempt
  FROM ordered o WHERE w.project_code = o.project_code AND w.sheet_code = o.sheet_code
  RETURNING o.*, w.sheet_state
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
