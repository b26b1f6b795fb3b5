-- ReviewSheetRequest -> Sheet
-- The supervisor answers five questions; only five times yes moves the sheet on (R168).
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
answer AS (
  SELECT coalesce(:standard_ok, false) AS standard_ok, coalesce(:cycle_ok, false) AS cycle_ok, coalesce(:agreements_ok,
    false) AS agreements_ok,
    coalesce(:worker_ledger_ok, false) AS worker_ledger_ok, coalesce(:pay_ledger_ok, false) AS pay_ledger_ok
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ReviewSheet')
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', drawn_by FROM sheet WHERE drawn_by = :call.principal
),
kept AS (
  INSERT INTO sheet_review (project_code, sheet_code, review_number, standard_ok, cycle_ok, agreements_ok, worker_ledger_ok,
    pay_ledger_ok,
    review_note, reviewed_by, reviewed_date)
  SELECT :project_code, :sheet_code,
    (SELECT count(*) + 1 FROM sheet_review r WHERE r.project_code = :project_code AND r.sheet_code = :sheet_code)::int4,
    a.standard_ok, a.cycle_ok, a.agreements_ok, a.worker_ledger_ok, a.pay_ledger_ok, :review_note, :call.principal, :call.today
  FROM answer a WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_sheet w SET sheet_state = CASE WHEN a.standard_ok AND a.cycle_ok AND a.agreements_ok AND a.worker_ledger_ok
    AND a.pay_ledger_ok
    THEN 'SUPERVISOR_REVIEWED' ELSE w.sheet_state END
  FROM answer a WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code, w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen,
    w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
