-- DrawWageSheetRequest -> Sheet
-- Nothing of a sheet is typed in: it is the sealed month, days x rate, rounded half up to the fen.
WITH sealed AS (
  SELECT * FROM sealed_month WHERE project_code = :project_code AND month = :month
),
former AS (
  SELECT sheet_code, sheet_version, sheet_state FROM wage_sheet WHERE project_code = :project_code AND month = :month
  ORDER BY sheet_version DESC LIMIT 1
),
attended AS (
  SELECT a.* FROM sealed_attendance a WHERE a.project_code = :project_code AND a.month = :month AND EXISTS (SELECT 1 FROM sealed)
),
policy AS MATERIALIZED (
  SELECT pay_policy_on('DAILY_MINIMUM_FEN', :call.today) AS minimum_fen, pay_due_date(:month, pay_policy_on('PAY_DUE_MONTHS',
    :call.today)) AS due_date
),
sums AS (
  SELECT count(*)::int4 AS line_count, coalesce(sum(day_hundredths), 0)::int8 AS day_hundredths,
    coalesce(sum((day_hundredths * rate_fen + 50) / 100), 0)::int8 AS gross_fen,
    count(*) FILTER (WHERE pay_unit <> 'DAY') AS other_unit, count(*) FILTER (WHERE day_hundredths * rate_fen < 50) AS unpaid,
    count(*) FILTER (WHERE rate_fen < minimum_fen) AS too_low
  FROM attended, policy
),
problem AS (
  SELECT 'MONTH_NOT_SEALED' AS refusal, 'month' AS refusal_path, :month AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sealed)
  UNION ALL SELECT 'SHEET_EXISTS', 'month', sheet_code FROM former WHERE sheet_state <> 'VOID'
  UNION ALL SELECT 'NOTHING_TO_PAY', 'month', NULL FROM sums WHERE line_count = 0 AND EXISTS (SELECT 1 FROM sealed)
  UNION ALL (SELECT 'PAY_UNIT_UNSUPPORTED', 'month', a.worker_number || ' ' || a.pay_unit FROM sums, attended a
             WHERE sums.other_unit > 0 AND a.pay_unit <> 'DAY' ORDER BY a.worker_number LIMIT 50)
  UNION ALL (SELECT 'NO_PAY_FOR_WORK', 'month', a.worker_number::text FROM sums, attended a
             WHERE sums.unpaid > 0 AND a.day_hundredths * a.rate_fen < 50 ORDER BY a.worker_number LIMIT 50)
  UNION ALL (SELECT 'RATE_BELOW_MINIMUM', 'month', a.worker_number || ' ' || a.rate_fen FROM sums, attended a, policy
             WHERE sums.too_low > 0 AND a.pay_unit = 'DAY' AND a.rate_fen < policy.minimum_fen
             ORDER BY a.worker_number LIMIT 50)
),
numbered AS (
  SELECT :project_code || '-' || replace(:month, '-', '') || '-' || (coalesce((SELECT sheet_version FROM former),
    0) + 1) AS sheet_code
  WHERE NOT EXISTS (SELECT 1 FROM problem)
),
line AS (
  INSERT INTO wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, id_number_mask,
    agreement_code,
    employment_kind, pay_unit, rate_fen, day_hundredths, gross_fen, net_fen, account_holder, account_no, account_no_token,
      account_no_mask,
    bank_name)
  SELECT a.project_code, n.sheet_code, a.worker_number, (row_number() OVER (ORDER BY a.worker_number))::int4, 'DRAFT', a.worker_name,
    a.id_number_mask, a.agreement_code, a.employment_kind, a.pay_unit, a.rate_fen, a.day_hundredths,
      (a.day_hundredths * a.rate_fen + 50) / 100,
    (a.day_hundredths * a.rate_fen + 50) / 100, coalesce(a.account_holder, a.worker_name), a.account_no, a.account_no_token,
      a.account_no_mask,
    a.bank_name
  FROM attended a, numbered n
),
replaced AS (
  UPDATE wage_sheet w SET successor_sheet_code = n.sheet_code FROM numbered n, former f
  WHERE w.project_code = :project_code AND w.sheet_code = f.sheet_code
),
changed AS (
  INSERT INTO wage_sheet (project_code, sheet_code, sheet_version, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen,
    attendance_digest, drawn_by, drawn_date, due_date, predecessor_sheet_code)
  SELECT :project_code, n.sheet_code, coalesce((SELECT sheet_version FROM former), 0) + 1, :month, 'DRAFT', s.line_count,
    s.day_hundredths,
    s.gross_fen, s.gross_fen, sealed.attendance_digest, :call.principal, :call.today,
    policy.due_date, (SELECT sheet_code FROM former)
  FROM numbered n, sums s, sealed, policy
  RETURNING sheet_code, project_code, month, sheet_state, line_count, confirmed_count, paid_count, failed_count, unknown_count,
    day_hundredths, gross_fen, deduction_fen, net_fen, paid_fen, attendance_digest, drawn_by, drawn_date, approved_by,
    publicity_start_date, publicity_end_date, due_date, settled_date, filing_due_date, filed_date, predecessor_sheet_code,
    successor_sheet_code, void_reason
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
