-- ResolveExceptionRequest -> PaymentOrder
-- Settled with the bank by a human. PAID_AFTER_ALL: the line the bank had sent back was paid, and has not been ordered again meanwhile; it is
-- settled as any paid line is. The other two leave the line as it stands.
WITH raised AS (
  SELECT e.*, o.sheet_code, o.wage_account_code, l.net_fen, w.line_state AS sheet_line_state, w.order_code AS last_order_code
  FROM payment_exception e JOIN payment_order o ON o.project_code = e.project_code AND o.order_code = e.order_code
  JOIN payment_line l ON l.project_code = e.project_code AND l.order_code = e.order_code AND l.worker_number = e.worker_number
  JOIN wage_line w ON w.project_code = e.project_code AND w.sheet_code = o.sheet_code AND w.worker_number = e.worker_number
  WHERE e.project_code = :project_code AND e.order_code = :order_code AND e.exception_number = coalesce(:exception_number, 0)
),
problem AS (
  SELECT 'EXCEPTION_NOT_FOUND' AS refusal, 'exception_number' AS refusal_path, coalesce(:exception_number, 0)::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM raised)
  UNION ALL SELECT 'EXCEPTION_RESOLVED', 'exception_number', resolution FROM raised WHERE exception_state = 'RESOLVED'
  UNION ALL SELECT 'EXCEPTION_NOT_PAID', 'resolution', reported_result || ' ' || sheet_line_state FROM raised WHERE :resolution = 'PAID_AFTER_ALL'
    AND exception_state = 'OPEN' AND NOT (stored_result = 'REJECTED' AND reported_result = 'PAID' AND sheet_line_state = 'REJECTED'
      AND last_order_code = order_code)
  UNION ALL SELECT 'EXCEPTION_NOT_TWICE', 'resolution', reported_result FROM raised WHERE :resolution = 'TO_RECOVER' AND exception_state = 'OPEN'
    AND reported_result <> 'PAID'
),
resolved AS (
  UPDATE payment_exception e SET exception_state = 'RESOLVED', resolution = :resolution, resolution_note = :resolution_note, resolved_by = :call.principal,
    resolved_date = :call.today
  WHERE e.project_code = :project_code AND e.order_code = :order_code AND e.exception_number = coalesce(:exception_number, 0)
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING 1
),
paid AS (
  SELECT r.* FROM raised r, resolved WHERE :resolution = 'PAID_AFTER_ALL'
),
answered AS (
  UPDATE payment_line l SET line_state = 'PAID', bank_serial = p.reported_serial, reject_reason = NULL, reject_code = NULL, paid_date = p.paid_date
  FROM paid p WHERE l.project_code = p.project_code AND l.order_code = p.order_code AND l.worker_number = p.worker_number
),
marked AS (
  UPDATE wage_line l SET line_state = 'PAID', bank_serial = p.reported_serial, reject_reason = NULL, reject_code = NULL, paid_date = p.paid_date,
    account_corrected = false
  FROM paid p WHERE l.project_code = p.project_code AND l.sheet_code = p.sheet_code AND l.worker_number = p.worker_number
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, wage_account_code, posted_date)
  SELECT p.project_code, :call.id, 'WAGES_PAYABLE', CASE WHEN a.code IS NULL THEN 'BANK' ELSE 'WAGE_ACCOUNT' END, p.net_fen, p.sheet_code, a.code, :call.today
  FROM paid p LEFT JOIN LATERAL (SELECT p.wage_account_code AS code WHERE p.wage_account_code IS NOT NULL
    AND wage_account_balance(p.project_code, p.wage_account_code) - wage_account_reserved(p.project_code, p.wage_account_code) >= p.net_fen) a ON true
),
settled AS (
  UPDATE payment_order o SET paid_count = o.paid_count + n.count, failed_count = o.failed_count - n.count, paid_fen = o.paid_fen + n.paid_fen
  FROM (SELECT count(*)::int4 AS count, coalesce(sum(net_fen), 0)::int8 AS paid_fen FROM paid) n
  WHERE o.project_code = :project_code AND o.order_code = :order_code AND EXISTS (SELECT 1 FROM resolved)
  RETURNING o.*, n.count AS settled_count, n.paid_fen AS settled_fen
),
sheet AS (
  UPDATE wage_sheet w SET paid_count = w.paid_count + o.settled_count, failed_count = w.failed_count - o.settled_count, paid_fen = w.paid_fen + o.settled_fen,
    last_paid_date = greatest(w.last_paid_date, (SELECT paid_date FROM paid)),
    sheet_state = CASE WHEN w.sheet_state NOT IN ('ORDERED', 'PARTLY_PAID') OR o.settled_count = 0 THEN w.sheet_state
      WHEN w.paid_count + o.settled_count = w.line_count THEN 'PAID' ELSE 'PARTLY_PAID' END,
    settled_date = CASE WHEN w.settled_date IS NOT NULL THEN w.settled_date
      WHEN w.paid_count + o.settled_count = w.line_count THEN greatest(w.last_paid_date, (SELECT paid_date FROM paid)) END,
    filing_due_date = CASE WHEN w.filing_due_date IS NOT NULL THEN w.filing_due_date
      WHEN w.paid_count + o.settled_count = w.line_count THEN :call.today + pay_policy_on('FILING_DAYS', :call.today)::int4 END
  FROM settled o WHERE w.project_code = o.project_code AND w.sheet_code = o.sheet_code
  RETURNING w.sheet_state, w.settled_date, w.paid_count AS sheet_paid_count, w.failed_count AS sheet_failed_count,
    w.unknown_count AS sheet_unknown_count, w.paid_fen AS sheet_paid_fen
),
changed AS (
  SELECT o.order_code, o.sheet_code, o.project_code, o.month, o.attempt, o.bank_unit_id, o.order_state, o.line_count, o.total_fen, o.paid_count,
    o.failed_count, o.unknown_count, o.paid_fen, o.ordered_date, o.wage_account_code, o.order_channel, o.order_digest, o.acknowledged_date, o.answered_date,
    o.exception_count, s.*
  FROM settled o, sheet s
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
