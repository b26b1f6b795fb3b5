-- RecordBankResultsRequest -> PaymentOrder
-- PAID and REJECTED are final for a line of an order; UNKNOWN may become either. What is already known changes nothing when it comes again,
-- and results may come late. A paid line is never taken back: an answer that contradicts a final one is kept as an exception for a human.
-- Lines are met by their whole key as it stands in a materialized row, so that each is one look-up, whatever the planner believes of an order
-- of 50,000 lines that was written a moment ago.
WITH paid_order AS (
  SELECT * FROM payment_order WHERE project_code = :project_code AND order_code = :order_code
),
told AS MATERIALIZED (
  SELECT :project_code AS project_code, :order_code AS order_code, (SELECT sheet_code FROM paid_order) AS sheet_code, g.*
  FROM unnest(:lines.worker_number, :lines.line_result, :lines.paid_fen, :lines.bank_serial, :lines.reject_reason, :lines.paid_date,
      :lines.reject_code)
    WITH ORDINALITY AS g(worker_number, line_result, paid_fen, serial, reason, paid_on, code, place)
),
given AS MATERIALIZED (
  SELECT g.*, coalesce(g.paid_on, :call.today) AS paid_date, CASE g.line_result WHEN 'REJECTED' THEN coalesce(g.code, 'OTHER') END AS reject_code,
    l.line_state AS former, l.net_fen, l.bank_serial AS former_serial,
    format('lines[%s].', place - 1) AS path
  FROM told g
  LEFT JOIN payment_line l ON l.project_code = g.project_code AND l.order_code = g.order_code AND l.worker_number = g.worker_number
),
problem AS (
  SELECT 'ORDER_NOT_FOUND' AS refusal, 'order_code' AS refusal_path, :order_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM paid_order)
  UNION ALL SELECT 'NOT_THE_BANK', 'order_code', bank_unit_id FROM paid_order WHERE bank_unit_id <> :call.unit
    AND NOT (order_channel = 'FILE' AND EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
      AND p.relation IN ('OWNER', 'CONTRACTOR')))
  UNION ALL SELECT 'LINE_NOT_FOUND', path || 'worker_number', worker_number::text FROM given, paid_order WHERE former IS NULL
  UNION ALL SELECT 'LINE_TWICE', format('lines[%s].worker_number', max(place) - 1), worker_number::text
    FROM given GROUP BY worker_number HAVING count(*) > 1
  UNION ALL SELECT 'PAID_AMOUNT_DIFFERS', path || 'paid_fen', coalesce(paid_fen, 0) || ' <> ' || net_fen FROM given
    WHERE line_result = 'PAID' AND coalesce(paid_fen, 0) <> net_fen
  UNION ALL SELECT 'BANK_SERIAL_MISSING', path || 'bank_serial', NULL FROM given WHERE line_result = 'PAID' AND serial IS NULL
  UNION ALL SELECT 'REJECT_REASON_MISSING', path || 'reject_reason', NULL FROM given WHERE line_result = 'REJECTED' AND reason IS NULL
  UNION ALL SELECT 'PAID_IN_FUTURE', path || 'paid_date', paid_date::text FROM given WHERE line_result = 'PAID'
    AND paid_date > :call.today
),
contradiction AS (
  INSERT INTO payment_exception (project_code, order_code, exception_number, worker_number, stored_result, stored_serial, reported_result,
    reported_serial, paid_date, reported_by, reported_date)
  SELECT :project_code, :order_code, o.exception_count + (row_number() OVER (ORDER BY g.place))::int4, g.worker_number, g.former, g.former_serial,
    g.line_result, coalesce(g.serial, ''), g.paid_date, :call.principal, :call.today
  FROM paid_order o, given g
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND CASE g.former WHEN 'PAID' THEN g.line_result = 'REJECTED' OR (g.line_result = 'PAID' AND
      g.serial IS DISTINCT FROM g.former_serial) WHEN 'REJECTED' THEN g.line_result = 'PAID' ELSE false END
    AND NOT EXISTS (SELECT 1 FROM payment_exception e WHERE e.project_code = :project_code AND e.order_code = :order_code
      AND e.worker_number = g.worker_number AND e.reported_result = g.line_result AND e.reported_serial = coalesce(g.serial, ''))
  RETURNING 1
),
fresh AS MATERIALIZED (
  SELECT * FROM given WHERE former IN ('ORDERED', 'UNKNOWN') AND former <> line_result AND NOT EXISTS (SELECT 1 FROM problem)
),
sums AS (
  SELECT count(*) FILTER (WHERE line_result = 'PAID')::int4 AS paid_count,
    count(*) FILTER (WHERE line_result = 'REJECTED')::int4 AS failed_count,
    (count(*) FILTER (WHERE line_result = 'UNKNOWN') - count(*) FILTER (WHERE former = 'UNKNOWN'))::int4 AS unknown_delta,
    coalesce(sum(net_fen) FILTER (WHERE line_result = 'PAID'), 0)::int8 AS paid_fen,
    coalesce(sum(net_fen) FILTER (WHERE line_result = 'REJECTED'), 0)::int8 AS failed_fen,
    max(paid_date) FILTER (WHERE line_result = 'PAID') AS last_paid_date
  FROM fresh
),
answered AS (
  UPDATE payment_line l SET line_state = f.line_result, bank_serial = CASE f.line_result WHEN 'PAID' THEN f.serial END,
    reject_reason = CASE f.line_result WHEN 'PAID' THEN NULL ELSE f.reason END, reject_code = f.reject_code, paid_date = CASE f.line_result WHEN 'PAID'
      THEN f.paid_date END
  FROM fresh f WHERE l.project_code = f.project_code AND l.order_code = f.order_code AND l.worker_number = f.worker_number
),
marked AS (
  UPDATE wage_line l SET line_state = f.line_result, bank_serial = CASE f.line_result WHEN 'PAID' THEN f.serial END,
    reject_reason = CASE f.line_result WHEN 'PAID' THEN NULL ELSE f.reason END, reject_code = f.reject_code, paid_date = CASE f.line_result WHEN 'PAID'
      THEN f.paid_date END
  FROM fresh f WHERE l.project_code = f.project_code AND l.sheet_code = f.sheet_code AND l.worker_number = f.worker_number
),
settled AS (
  UPDATE payment_order o SET paid_count = o.paid_count + n.paid_count, failed_count = o.failed_count + n.failed_count,
    unknown_count = o.unknown_count + n.unknown_delta, paid_fen = o.paid_fen + n.paid_fen,
    exception_count = o.exception_count + (SELECT count(*) FROM contradiction)::int4,
    answered_date = CASE WHEN o.paid_count + n.paid_count + o.failed_count + n.failed_count = o.line_count
      THEN coalesce(o.answered_date, :call.today) END,
    order_state = CASE WHEN o.paid_count + n.paid_count + o.failed_count + n.failed_count = o.line_count THEN 'SETTLED'
      WHEN o.paid_count + n.paid_count + o.failed_count + n.failed_count + o.unknown_count + n.unknown_delta > 0
        THEN 'PARTLY_SETTLED' ELSE o.order_state END
  FROM sums n WHERE o.project_code = :project_code AND o.order_code = :order_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING o.*
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, wage_account_code, posted_date)
  SELECT o.project_code, :call.id, e.debit_account, e.credit_account, e.amount_fen, o.sheet_code, o.wage_account_code, :call.today
  FROM settled o, sums n, LATERAL (VALUES
      ('IN_TRANSIT', CASE WHEN o.wage_account_code IS NULL THEN 'BANK' ELSE 'WAGE_ACCOUNT' END, n.paid_fen), ('IN_TRANSIT', 'WAGES_PAYABLE', n.failed_fen))
    AS e(debit_account, credit_account, amount_fen)
  WHERE e.amount_fen > 0
),
sheet AS (
  UPDATE wage_sheet w SET paid_count = w.paid_count + n.paid_count, failed_count = w.failed_count + n.failed_count,
    unknown_count = w.unknown_count + n.unknown_delta, paid_fen = w.paid_fen + n.paid_fen,
    last_paid_date = greatest(w.last_paid_date, n.last_paid_date),
    sheet_state = CASE WHEN w.sheet_state NOT IN ('ORDERED', 'PARTLY_PAID') THEN w.sheet_state
      WHEN w.paid_count + n.paid_count = w.line_count THEN 'PAID' WHEN w.paid_count + n.paid_count > 0 THEN 'PARTLY_PAID'
        ELSE w.sheet_state END,
    settled_date = CASE WHEN w.settled_date IS NOT NULL THEN w.settled_date
      WHEN w.paid_count + n.paid_count = w.line_count THEN greatest(w.last_paid_date, n.last_paid_date) END,
    filing_due_date = CASE WHEN w.filing_due_date IS NOT NULL THEN w.filing_due_date
      WHEN w.paid_count + n.paid_count = w.line_count THEN :call.today + pay_policy_on('FILING_DAYS', :call.today)::int4 END
  FROM settled o, sums n WHERE w.project_code = o.project_code AND w.sheet_code = o.sheet_code
  RETURNING w.sheet_state, w.settled_date, w.paid_count AS sheet_paid_count, w.failed_count AS sheet_failed_count,
    w.unknown_count AS sheet_unknown_count, w.paid_fen AS sheet_paid_fen
),
changed AS (
  SELECT o.order_code, o.sheet_code, o.project_code, o.month, o.attempt, o.bank_unit_id, o.order_state, o.line_count, o.total_fen,
    o.paid_count,
    o.failed_count, o.unknown_count, o.paid_fen, o.ordered_date, s.sheet_state, s.settled_date, s.sheet_paid_count,
    s.sheet_failed_count, o.wage_account_code, o.order_channel, o.order_digest, o.acknowledged_date, o.answered_date, o.exception_count,
    s.sheet_unknown_count, s.sheet_paid_fen
  FROM settled o, sheet s
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
