-- order_lines of 008 with one difference: the lines of a sheet are marked by their key, so that the time of an order grows with its lines and
-- not with their square, whatever the planner believes of a table that was filled a moment ago.

-- A payment order of what waits (OrderPayment) or came back (RetryFailed): the declared count and total must equal the lines, else nothing is
-- sent. Lines with an unfit account stay behind. The special account pays what it can: without the money in it nothing is ordered where
-- the district wants that, else the order is paid from elsewhere.
CREATE OR REPLACE FUNCTION order_lines(the_method text, the_project text, the_sheet text, again bool, declared_count int4, declared_fen int8, the_bank text,
  the_account text, the_channel text, the_principal text, today date, the_call bytea)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text, order_code text, sheet_code text, project_code text, month text, attempt int4,
  bank_unit_id text, order_state text, line_count int4, total_fen int8, wage_account_code text, order_channel text, order_digest bytea, ordered_date date,
  sheet_state text) LANGUAGE sql AS $$
WITH sheet AS (
  SELECT s.* FROM wage_sheet s WHERE s.project_code = the_project AND s.sheet_code = the_sheet
),
able AS (
  SELECT 1 AS one FROM sheet s JOIN state_transition t ON t.machine = 'sheet' AND t.from_state = s.sheet_state AND t.method = the_method
),
policy AS MATERIALIZED (
  SELECT pay_policy_on('FUND_CHECK', today) AS fund_check, pay_policy_on('ACCOUNT_CHECK_REQUIRED', today) > 0 AS checked
),
bank AS (SELECT b.unit_id FROM banks_of(the_project, the_bank) b),
waiting AS MATERIALIZED (SELECT w.* FROM policy p, waiting_lines(the_project, the_sheet, again, p.checked) w WHERE EXISTS (SELECT 1 FROM sheet)),
fit AS (SELECT w.* FROM waiting w WHERE w.account_fault IS NULL),
sums AS (
  SELECT count(*)::int4 AS line_count, coalesce(sum(f.net_fen), 0)::int8 AS total_fen,
    sha256(convert_to(coalesce(string_agg(f.worker_number || '|' || f.account_holder || '|' || coalesce(f.account_no_mask, '') || '|' || f.net_fen,
      E'\n' ORDER BY f.worker_number), ''), 'UTF8')) AS order_digest
  FROM fit f
),
account AS (
  SELECT a.wage_account_code, wage_account_balance(the_project, a.wage_account_code) - wage_account_reserved(the_project, a.wage_account_code) AS free_fen
  FROM wage_account a WHERE a.project_code = the_project AND a.account_state <> 'CLOSED' AND a.wage_account_code = coalesce(the_account, a.wage_account_code)
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, the_sheet AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', s.sheet_state FROM sheet s WHERE NOT EXISTS (SELECT 1 FROM able)
  UNION ALL SELECT 'PUBLICITY_RUNNING', 'sheet_code', s.publicity_end_date::text FROM sheet s WHERE s.sheet_state = 'PUBLICISED' AND today <= s.publicity_end_date
  UNION ALL SELECT CASE WHEN again THEN 'NOTHING_TO_RETRY' WHEN s.held_count > 0 THEN 'OBJECTION_STANDS' ELSE 'NOTHING_TO_ORDER' END, 'sheet_code',
    nullif(s.held_count, 0)::text FROM sums n, able, sheet s WHERE n.line_count = 0 AND NOT EXISTS (SELECT 1 FROM waiting)
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', s.drawn_by FROM sheet s WHERE s.drawn_by = the_principal
  UNION ALL SELECT CASE count(*) WHEN 0 THEN 'NO_BANK' ELSE 'BANK_AMBIGUOUS' END, 'bank_unit_id', the_bank FROM bank HAVING count(*) <> 1
  UNION ALL SELECT 'COUNT_DIFFERS', 'line_count', coalesce(declared_count, 0) || ' <> ' || n.line_count FROM sums n, able
    WHERE n.line_count <> coalesce(declared_count, 0)
  UNION ALL SELECT 'TOTAL_DIFFERS', 'total_fen', coalesce(declared_fen, 0) || ' <> ' || n.total_fen FROM sums n, able
    WHERE n.total_fen <> coalesce(declared_fen, 0)
  UNION ALL (SELECT w.account_fault, '', w.worker_number || coalesce(' ' || w.account_holder, '') FROM sums n, waiting w
             WHERE w.account_fault IS NOT NULL AND (n.line_count = 0 OR n.line_count <> coalesce(declared_count, 0)) ORDER BY w.worker_number LIMIT 50)
  UNION ALL SELECT CASE WHEN the_account IS NULL THEN 'WAGE_ACCOUNT_AMBIGUOUS' ELSE 'WAGE_ACCOUNT_NOT_FOUND' END, 'wage_account_code', the_account
    FROM account HAVING count(*) > 1 OR (count(*) = 0 AND the_account IS NOT NULL)
  UNION ALL SELECT 'WAGE_ACCOUNT_MISSING', 'wage_account_code', NULL FROM policy p, able WHERE p.fund_check = 2 AND NOT EXISTS (SELECT 1 FROM account)
  UNION ALL SELECT 'FUND_INSUFFICIENT', 'total_fen', a.free_fen || ' < ' || n.total_fen FROM account a, sums n, policy p, able
    WHERE p.fund_check > 0 AND a.free_fen < n.total_fen
),
ordered AS (
  INSERT INTO payment_order AS o (project_code, order_code, sheet_code, month, attempt, bank_unit_id, order_state, line_count, total_fen, wage_account_code,
    order_channel, order_digest, ordered_by, ordered_date)
  SELECT the_project, s.sheet_code || '-P' || (s.attempt_count + 1), s.sheet_code, s.month, s.attempt_count + 1, bank.unit_id, 'SENT', n.line_count, n.total_fen,
    (SELECT a.wage_account_code FROM account a WHERE a.free_fen >= n.total_fen), coalesce(the_channel, 'BUS'), n.order_digest, the_principal, today
  FROM sheet s, bank, sums n WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING o.*
),
sent AS (
  INSERT INTO payment_line (project_code, order_code, worker_number, account_holder, account_no, account_no_token, account_no_mask, bank_name, net_fen, line_state)
  SELECT the_project, o.order_code, f.worker_number, f.account_holder, f.account_no, f.account_no_token, f.account_no_mask, f.bank_name, f.net_fen, 'ORDERED'
  FROM fit f, ordered o
),
marked AS (
  UPDATE wage_line l SET line_state = 'ORDERED', order_code = o.order_code, reject_reason = NULL, reject_code = NULL, account_corrected = false
  FROM ordered o WHERE l.project_code = the_project AND l.sheet_code = the_sheet AND l.worker_number = ANY (ARRAY (SELECT f.worker_number FROM fit f))
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, wage_account_code, posted_date)
  SELECT the_project, the_call, 'WAGES_PAYABLE', 'IN_TRANSIT', o.total_fen, o.sheet_code, o.wage_account_code, today FROM ordered o
),
changed AS (
  UPDATE wage_sheet w SET sheet_state = CASE w.sheet_state WHEN 'PUBLICISED' THEN 'ORDERED' ELSE w.sheet_state END, attempt_count = o.attempt,
    failed_count = w.failed_count - CASE WHEN again THEN o.line_count ELSE 0 END
  FROM ordered o WHERE w.project_code = the_project AND w.sheet_code = the_sheet
  RETURNING o.order_code, o.sheet_code, o.project_code, o.month, o.attempt, o.bank_unit_id, o.order_state, o.line_count, o.total_fen, o.wage_account_code,
    o.order_channel, o.order_digest, o.ordered_date, w.sheet_state
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
$$;
