-- FileSheetRequest -> Sheet
-- A district may want the ledger filed with several bureaus (facts D3): the first filing files the sheet, further ones are added.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_NOT_PAID', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'FileSheet')
  UNION ALL SELECT 'FILING_UNIT_NO_BUREAU', 'filing_unit_id', :filing_unit_id
    WHERE NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = :filing_unit_id AND unit_kind = 'BUREAU' AND active)
  UNION ALL SELECT 'ALREADY_FILED', 'filing_unit_id', :filing_unit_id FROM filing
    WHERE project_code = :project_code AND sheet_code = :sheet_code AND filing_unit_id = :filing_unit_id
),
kept AS (
  INSERT INTO filing (project_code, sheet_code, filing_unit_id, filed_by, filed_date)
  SELECT :project_code, :sheet_code, :filing_unit_id, :call.principal, :call.today WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_sheet w SET sheet_state = 'FILED', filed_date = coalesce(w.filed_date, :call.today)
  WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code, w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen,
    w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
