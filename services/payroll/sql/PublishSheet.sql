-- PublishSheetRequest -> Sheet
-- With the posting each line gets the code by which its worker finds his slip.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'PublishSheet')
  UNION ALL SELECT 'TOWNSHIP_REVIEW_MISSING', 'sheet_code', sheet_code FROM sheet WHERE sheet_state = 'OWNER_APPROVED' AND township_reviewed_date IS NULL
    AND pay_policy_on('TOWNSHIP_REVIEW_REQUIRED', :call.today) > 0
),
slips AS (
  INSERT INTO pay_slip (slip_code, project_code, sheet_code, worker_number)
  SELECT slip_code(:gathered_slip_seed, l.worker_number), l.project_code, l.sheet_code, l.worker_number FROM wage_line l
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_sheet w SET sheet_state = 'PUBLICISED', publicity_start_date = :call.today,
    publicity_end_date = :call.today + (pay_policy_on('PUBLICITY_DAYS', :call.today) - 1)::int4, place_note = :place_note,
      hotline = :hotline, published_by = :call.principal, slip_seed = :gathered_slip_seed
  WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code, w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen,
    w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
