-- DrawSupplementSheetRequest -> Sheet
-- Everything still owed for the month, worker by worker. A line whose former one was superseded is ordinary pay; all others are back pay and
-- name the sheet they add to.
WITH sealed AS (
  SELECT * FROM sealed_month WHERE project_code = :project_code AND month = :month AND NOT is_open
),
owed AS MATERIALIZED (
  SELECT d.*, due_fen - drawn_fen AS owed_fen, greatest(sealed_hundredths - drawn_hundredths, 0)::int4 AS day_hundredths,
    CASE WHEN objection_number IS NOT NULL AND drawn_fen = 0 AND sealed_hundredths > 0 THEN 'LABOUR' ELSE 'BACK_PAY' END AS line_kind
  FROM pay_differences(:project_code, :month) d WHERE due_fen > drawn_fen
),
line AS MATERIALIZED (
  SELECT o.*, a.worker_name AS holder_name, a.id_number_mask, a.agreement_code, a.employment_kind, a.post_name, a.pay_cycle, a.pay_unit, a.rate_fen,
    a.account_holder, a.account_no, a.account_no_token, a.account_no_mask, a.bank_name, a.team_name,
    CASE WHEN a.site_role = 'STAFF' THEN 'STAFF' WHEN a.employment_kind = 'LABOUR_CONTRACT' THEN 'LABOUR_CONTRACT'
      ELSE 'WORK_RELIEF_SERVICE' END AS pay_class
  FROM owed o JOIN sealed_attendance a ON a.project_code = :project_code AND a.month = :month AND a.worker_number = o.worker_number
),
sums AS (
  SELECT count(*)::int4 AS line_count, coalesce(sum(day_hundredths), 0)::int8 AS day_hundredths, coalesce(sum(owed_fen), 0)::int8 AS gross_fen,
    coalesce(sum(owed_fen) FILTER (WHERE pay_class = 'LABOUR_CONTRACT'), 0)::int8 AS contract_gross_fen,
    coalesce(sum(owed_fen) FILTER (WHERE pay_class = 'STAFF'), 0)::int8 AS staff_gross_fen, min(earlier_sheet_code) AS earlier_sheet_code
  FROM line
),
former AS (
  SELECT coalesce(max(sheet_version), 0) AS sheet_version, coalesce(max(supplement_number), 0) AS supplement_number
  FROM wage_sheet WHERE project_code = :project_code AND month = :month
),
problem AS (
  SELECT CASE WHEN EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = :project_code AND m.month = :month AND m.rows_differ)
      THEN 'SEALED_ROWS_DIFFER' ELSE 'MONTH_NOT_SEALED' END AS refusal, 'month' AS refusal_path, :month AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM sealed)
  UNION ALL SELECT 'NOTHING_OWED', 'month', :month FROM sums, sealed WHERE line_count = 0
),
numbered AS (
  SELECT :project_code || '-' || replace(:month, '-', '') || '-' || (sheet_version + 1) AS sheet_code, sheet_version + 1 AS sheet_version,
    supplement_number + 1 AS supplement_number FROM former WHERE NOT EXISTS (SELECT 1 FROM problem)
),
drawn AS (
  INSERT INTO wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, id_number_mask, agreement_code,
    employment_kind, pay_class, line_kind, earlier_sheet_code, line_reason, post_name, pay_cycle, pay_unit, rate_fen, day_hundredths, gross_fen,
    net_fen, account_holder, account_no, account_no_token, account_no_mask, bank_name)
  SELECT :project_code, n.sheet_code, l.worker_number, (row_number() OVER (ORDER BY l.worker_number))::int4, 'DRAFT', l.holder_name,
    l.id_number_mask, l.agreement_code, l.employment_kind, l.pay_class, l.line_kind, l.earlier_sheet_code, l.difference_reason, l.post_name,
    l.pay_cycle, l.pay_unit, l.rate_fen, l.day_hundredths, l.owed_fen, l.owed_fen, coalesce(l.account_holder, l.holder_name), l.account_no,
    l.account_no_token, l.account_no_mask, l.bank_name
  FROM line l, numbered n
),
changed AS (
  INSERT INTO wage_sheet AS w (project_code, sheet_code, sheet_version, month, sheet_kind, supplement_number, earlier_sheet_code, seal_number,
    sheet_state, line_count, day_hundredths, gross_fen, net_fen, relief_gross_fen, contract_gross_fen, staff_gross_fen, relief_net_fen,
    attendance_digest, drawn_by, drawn_date, due_date)
  SELECT :project_code, n.sheet_code, n.sheet_version, :month, 'SUPPLEMENT', n.supplement_number, s.earlier_sheet_code, sealed.seal_number, 'DRAFT',
    s.line_count, s.day_hundredths, s.gross_fen, s.gross_fen, s.gross_fen - s.contract_gross_fen - s.staff_gross_fen, s.contract_gross_fen,
    s.staff_gross_fen, s.gross_fen - s.contract_gross_fen - s.staff_gross_fen, sealed.attendance_digest, :call.principal, :call.today,
    pay_due_date(:month, pay_policy_on('PAY_DUE_MONTHS', :call.today))
  FROM numbered n, sums s, sealed
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code,
    w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen, w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
