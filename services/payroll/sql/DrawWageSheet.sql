-- DrawWageSheetRequest -> Sheet
-- Nothing of a sheet is typed in: it is the sealed month, what was done x rate, rounded half up to the fen. One sheet a team; who has a line
-- in a sheet that stands from an earlier seal of this month, or in a supplementary one, is left to the supplementary sheet.
WITH sealed AS (
  SELECT * FROM sealed_month WHERE project_code = :project_code AND month = :month AND NOT is_open
),
former AS (
  SELECT sheet_code, sheet_state FROM wage_sheet
  WHERE project_code = :project_code AND month = :month AND team_name = coalesce(:team_name, '') AND sheet_kind = 'REGULAR'
  ORDER BY sheet_version DESC LIMIT 1
),
version AS (
  SELECT coalesce(max(sheet_version), 0) + 1 AS sheet_version FROM wage_sheet WHERE project_code = :project_code AND month = :month
),
earlier AS MATERIALIZED (
  SELECT w.sheet_code FROM wage_sheet w, sealed
  WHERE w.project_code = :project_code AND w.month = :month AND w.sheet_state <> 'VOID'
    AND (w.seal_number < sealed.seal_number OR w.sheet_kind = 'SUPPLEMENT')
),
policy AS MATERIALIZED (
  SELECT last_day, pay_policy_on('STANDARD_STRICT', last_day) AS strict, pay_policy_on('MONTH_DAY_HUNDREDTHS', last_day) AS month_days,
    pay_policy_on('WORKDAY_HOUR_HUNDREDTHS', last_day) AS day_hours, pay_policy_on('PAY_DUE_MONTHS', :call.today) AS due_months,
    daily_minimum_on((SELECT division_code FROM project WHERE project_code = :project_code), last_day) AS minimum_fen
  FROM (SELECT ((:month || '-01')::date + interval '1 month' - interval '1 day')::date AS last_day) AS d
),
standard AS MATERIALIZED (
  SELECT DISTINCT ON (s.post_name) s.post_name, s.pay_unit, s.rate_fen, s.pay_cycle FROM pay_standard s, policy
  WHERE s.project_code = :project_code AND s.valid_from_date <= policy.last_day ORDER BY s.post_name, s.valid_from_date DESC
),
attended AS MATERIALIZED (
  SELECT a.*, pay_gross(a.pay_unit, a.rate_fen, a.day_hundredths, a.hours_hundredths, a.piece_hundredths, policy.month_days) AS gross_fen,
    daily_rate(a.pay_unit, a.rate_fen, policy.month_days, policy.day_hours) AS day_fen,
    CASE WHEN a.site_role = 'STAFF' THEN 'STAFF' WHEN a.employment_kind = 'LABOUR_CONTRACT' THEN 'LABOUR_CONTRACT'
      ELSE 'WORK_RELIEF_SERVICE' END AS pay_class,
    (row_number() OVER (ORDER BY a.worker_number))::int4 AS line_number -- in the order of the key: nothing is sorted
  FROM sealed_attendance a, policy
  WHERE a.project_code = :project_code AND a.month = :month AND a.team_name = coalesce(:team_name, '') AND EXISTS (SELECT 1 FROM sealed)
    AND (NOT EXISTS (SELECT 1 FROM earlier) OR NOT EXISTS (SELECT 1 FROM wage_line l WHERE l.project_code = :project_code
      AND l.sheet_code = ANY (ARRAY (SELECT sheet_code FROM earlier)) AND l.worker_number = a.worker_number AND l.line_state <> 'SUPERSEDED'))
),
sums AS (
  SELECT count(*)::int4 AS line_count, coalesce(sum(day_hundredths), 0)::int8 AS day_hundredths, coalesce(sum(gross_fen), 0)::int8 AS gross_fen,
    coalesce(sum(gross_fen) FILTER (WHERE pay_class = 'LABOUR_CONTRACT'), 0)::int8 AS contract_gross_fen,
    coalesce(sum(gross_fen) FILTER (WHERE pay_class = 'STAFF'), 0)::int8 AS staff_gross_fen,
    min(pay_day) AS pay_day, count(*) FILTER (WHERE coalesce(gross_fen, 0) < 1) AS unpaid,
    count(*) FILTER (WHERE coalesce(day_fen, gross_fen * 100 / greatest(day_hundredths, 1)) < minimum_fen) AS too_low
  FROM attended, policy
),
off_standard AS (
  SELECT a.worker_number, a.rate_fen, a.pay_unit, s.rate_fen AS standard_fen, s.pay_unit AS standard_unit, a.pay_cycle, s.pay_cycle AS standard_cycle,
    CASE WHEN a.pay_unit = s.pay_unit THEN a.rate_fen < s.rate_fen
      ELSE a.day_fen < daily_rate(s.pay_unit, s.rate_fen, month_days, day_hours) END AS is_below
  FROM standard s JOIN attended a ON a.post_name = s.post_name CROSS JOIN policy WHERE policy.strict = 1
),
problem AS (
  SELECT CASE WHEN EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = :project_code AND m.month = :month AND m.rows_differ)
      THEN 'SEALED_ROWS_DIFFER' ELSE 'MONTH_NOT_SEALED' END AS refusal, 'month' AS refusal_path, :month AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM sealed)
  UNION ALL SELECT 'SHEET_EXISTS', 'month', sheet_code FROM former WHERE sheet_state <> 'VOID'
  UNION ALL SELECT CASE WHEN :team_name IS NULL AND EXISTS (SELECT 1 FROM sealed_team t WHERE t.project_code = :project_code AND t.month = :month)
      THEN 'TEAM_REQUIRED' ELSE 'NOTHING_TO_PAY' END, CASE WHEN :team_name IS NULL THEN 'month' ELSE 'team_name' END,
      (SELECT string_agg(t.team_name, ' ' ORDER BY t.team_name) FROM sealed_team t
       WHERE t.project_code = :project_code AND t.month = :month AND t.team_name <> '')
    FROM sums WHERE line_count = 0 AND EXISTS (SELECT 1 FROM sealed) AND NOT EXISTS (SELECT 1 FROM former WHERE sheet_state <> 'VOID')
  UNION ALL (SELECT 'NO_PAY_FOR_WORK', 'month', a.worker_number::text FROM sums, attended a
             WHERE sums.unpaid > 0 AND coalesce(a.gross_fen, 0) < 1 ORDER BY a.worker_number LIMIT 50)
  UNION ALL (SELECT 'RATE_BELOW_MINIMUM', 'month', format('%s %s %s < %s', a.worker_number, a.pay_unit, a.rate_fen, policy.minimum_fen)
             FROM sums, attended a, policy
             WHERE sums.too_low > 0 AND coalesce(a.day_fen, a.gross_fen * 100 / greatest(a.day_hundredths, 1)) < policy.minimum_fen
             ORDER BY a.worker_number LIMIT 50)
  UNION ALL (SELECT 'RATE_BELOW_STANDARD', 'month', format('%s %s %s < %s %s', worker_number, pay_unit, rate_fen, standard_unit, standard_fen)
             FROM off_standard WHERE is_below ORDER BY worker_number LIMIT 50)
  UNION ALL (SELECT 'PAY_CYCLE_DIFFERS', 'month', format('%s %s <> %s', worker_number, pay_cycle, standard_cycle)
             FROM off_standard WHERE pay_cycle <> standard_cycle ORDER BY worker_number LIMIT 50)
),
numbered AS (
  SELECT :project_code || '-' || replace(:month, '-', '') || '-' || sheet_version AS sheet_code, sheet_version FROM version
  WHERE NOT EXISTS (SELECT 1 FROM problem)
),
line AS (
  INSERT INTO wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, id_number_mask, agreement_code,
    employment_kind, pay_class, post_name, pay_cycle, pay_unit, rate_fen, day_hundredths, hours_hundredths, piece_hundredths, gross_fen, net_fen,
    account_holder, account_no, account_no_token, account_no_mask, bank_name)
  SELECT a.project_code, n.sheet_code, a.worker_number, a.line_number, 'DRAFT', a.worker_name,
    a.id_number_mask, a.agreement_code, a.employment_kind, a.pay_class, a.post_name, a.pay_cycle, a.pay_unit, a.rate_fen, a.day_hundredths,
    a.hours_hundredths, a.piece_hundredths, a.gross_fen, a.gross_fen, coalesce(a.account_holder, a.worker_name), a.account_no,
    a.account_no_token, a.account_no_mask, a.bank_name
  FROM attended a, numbered n
),
replaced AS (
  UPDATE wage_sheet w SET successor_sheet_code = n.sheet_code FROM numbered n, former f
  WHERE w.project_code = :project_code AND w.sheet_code = f.sheet_code
),
changed AS (
  INSERT INTO wage_sheet (project_code, sheet_code, sheet_version, month, team_name, seal_number, sheet_state, line_count, day_hundredths,
    gross_fen, net_fen, relief_gross_fen, contract_gross_fen, staff_gross_fen, relief_net_fen, attendance_digest, drawn_by, drawn_date, due_date,
    agreed_due_date, predecessor_sheet_code)
  SELECT :project_code, n.sheet_code, n.sheet_version, :month, coalesce(:team_name, ''), sealed.seal_number, 'DRAFT', s.line_count,
    s.day_hundredths, s.gross_fen, s.gross_fen, s.gross_fen - s.contract_gross_fen - s.staff_gross_fen, s.contract_gross_fen, s.staff_gross_fen,
    s.gross_fen - s.contract_gross_fen - s.staff_gross_fen, sealed.attendance_digest, :call.principal, :call.today,
    working_day_by(agreed_pay_date(:month, policy.due_months, s.pay_day)), agreed_pay_date(:month, policy.due_months, s.pay_day),
    (SELECT sheet_code FROM former)
  FROM numbered n, sums s, sealed, policy
  RETURNING sheet_code, project_code, month, sheet_state, line_count, confirmed_count, paid_count, failed_count, unknown_count,
    day_hundredths, gross_fen, deduction_fen, net_fen, paid_fen, attendance_digest, drawn_by, drawn_date, approved_by,
    publicity_start_date, publicity_end_date, due_date, settled_date, filing_due_date, filed_date, predecessor_sheet_code,
    successor_sheet_code, void_reason, team_name, sheet_kind, earlier_sheet_code, relief_gross_fen, contract_gross_fen, staff_gross_fen,
    relief_net_fen, held_count, witness_count, cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
