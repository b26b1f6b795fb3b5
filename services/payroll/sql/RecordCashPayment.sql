-- RecordCashPaymentRequest -> Sheet
-- Cash into the worker's own hand: in full, with his signature and a witness, by another person than the one who chose cash, after the
-- days of publicity. It is paid as a bank's line is paid, for good.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
given AS MATERIALIZED (
  SELECT g.*, coalesce(g.paid_on, :call.today) AS paid_date, l.line_state, l.net_fen, l.pay_method, l.held, l.cash_set_by, l.worker_name, l.line_at
  FROM unnest(:lines.worker_number, :lines.paid_fen, :lines.signature_reference, :lines.witness_name, :lines.paid_date)
    WITH ORDINALITY AS g(worker_number, paid_fen, signature_reference, witness_name, paid_on, place)
  LEFT JOIN LATERAL (SELECT w.*, w.ctid AS line_at FROM wage_line w
    WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND w.worker_number = g.worker_number LIMIT 1) AS l ON true
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'RecordCashPayment')
  UNION ALL SELECT 'PUBLICITY_RUNNING', 'sheet_code', publicity_end_date::text FROM sheet WHERE sheet_state = 'PUBLICISED'
    AND :call.today <= publicity_end_date
  UNION ALL SELECT 'LINE_NOT_FOUND', format('lines[%s].worker_number', place - 1), worker_number::text FROM given, sheet WHERE line_state IS NULL
  UNION ALL SELECT 'LINE_TWICE', format('lines[%s].worker_number', max(place) - 1), worker_number::text FROM given
    GROUP BY worker_number HAVING count(*) > 1
  UNION ALL SELECT 'NOT_FOR_CASH', format('lines[%s].worker_number', place - 1), coalesce(line_state, '') || ' ' || coalesce(pay_method, '') FROM given
    WHERE pay_method <> 'CASH' OR line_state NOT IN ('CONFIRMED', 'REJECTED')
  UNION ALL SELECT 'OBJECTION_STANDS', format('lines[%s].worker_number', place - 1), worker_number::text FROM given WHERE held
  UNION ALL SELECT 'MAKER_IS_CHECKER', format('lines[%s].worker_number', place - 1), cash_set_by FROM given, sheet
    WHERE :call.principal IN (cash_set_by, drawn_by)
  UNION ALL SELECT 'PAID_AMOUNT_DIFFERS', format('lines[%s].paid_fen', place - 1), coalesce(paid_fen, 0) || ' <> ' || net_fen FROM given
    WHERE coalesce(paid_fen, 0) <> net_fen
  UNION ALL SELECT 'WITNESS_IS_PARTY', format('lines[%s].witness_name', place - 1), witness_name FROM given WHERE witness_name = worker_name
  UNION ALL SELECT 'PAID_IN_FUTURE', format('lines[%s].paid_date', place - 1), paid_date::text FROM given WHERE paid_date > :call.today
),
kept AS (
  INSERT INTO cash_payment (project_code, sheet_code, worker_number, paid_fen, paid_date, signature_reference, witness_name, recorded_by, recorded_date)
  SELECT :project_code, :sheet_code, worker_number, net_fen, paid_date, signature_reference, witness_name, :call.principal, :call.today
  FROM given WHERE NOT EXISTS (SELECT 1 FROM problem)
),
marked AS (
  UPDATE wage_line l SET line_state = 'PAID', paid_date = g.paid_date, reject_reason = NULL
  FROM given g WHERE l.ctid = g.line_at AND NOT EXISTS (SELECT 1 FROM problem)
),
sums AS (
  SELECT count(*)::int4 AS paid_count, count(*) FILTER (WHERE line_state = 'REJECTED')::int4 AS failed_count, sum(net_fen)::int8 AS paid_fen,
    max(paid_date) AS last_paid_date FROM given WHERE NOT EXISTS (SELECT 1 FROM problem)
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, posted_date)
  SELECT :project_code, :call.id, 'WAGES_PAYABLE', 'BANK', paid_fen, :sheet_code, :call.today FROM sums WHERE paid_fen > 0
),
changed AS (
  UPDATE wage_sheet w SET paid_count = w.paid_count + n.paid_count, failed_count = w.failed_count - n.failed_count, paid_fen = w.paid_fen + n.paid_fen,
    last_paid_date = greatest(w.last_paid_date, n.last_paid_date),
    sheet_state = CASE WHEN w.paid_count + n.paid_count = w.line_count THEN 'PAID' ELSE 'PARTLY_PAID' END,
    settled_date = CASE WHEN w.paid_count + n.paid_count = w.line_count THEN greatest(w.last_paid_date, n.last_paid_date) END,
    filing_due_date = CASE WHEN w.paid_count + n.paid_count = w.line_count THEN :call.today + pay_policy_on('FILING_DAYS', :call.today)::int4 END
  FROM sums n WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND n.paid_count > 0
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code,
    w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen, w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
