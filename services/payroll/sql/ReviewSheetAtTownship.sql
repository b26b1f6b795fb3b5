-- ReviewSheetAtTownshipRequest -> Sheet
-- Village or township looks at both ledgers before the sheet is posted; one "no" is kept and does not count as a review.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
answer AS (
  SELECT coalesce(:worker_ledger_ok, false) AS worker_ledger_ok, coalesce(:pay_ledger_ok, false) AS pay_ledger_ok
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ReviewSheetAtTownship')
),
kept AS (
  INSERT INTO township_review (project_code, sheet_code, review_number, worker_ledger_ok, pay_ledger_ok, review_note, reviewed_by, review_unit_id,
    reviewed_date)
  SELECT :project_code, :sheet_code,
    (SELECT count(*) + 1 FROM township_review r WHERE r.project_code = :project_code AND r.sheet_code = :sheet_code)::int4,
    a.worker_ledger_ok, a.pay_ledger_ok, :review_note, :call.principal, :call.unit, :call.today
  FROM answer a WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_sheet w SET township_reviewed_by = CASE WHEN a.worker_ledger_ok AND a.pay_ledger_ok THEN :call.principal END,
    township_reviewed_date = CASE WHEN a.worker_ledger_ok AND a.pay_ledger_ok THEN :call.today END
  FROM answer a WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code,
    w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen, w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
