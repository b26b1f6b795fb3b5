-- ObjectToLineRequest -> Objection
-- The line is held: not ordered, nor ordered again when the bank sends it back, before the objection is resolved. Where the money has gone
-- out already, the objection stands all the same and may lead to back pay.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
line AS (
  SELECT l.* FROM wage_line l WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number
    AND l.line_state <> 'SUPERSEDED'
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ObjectToLine')
  UNION ALL SELECT 'LINE_NOT_FOUND', 'worker_number', :worker_number::text FROM sheet WHERE NOT EXISTS (SELECT 1 FROM line)
),
held AS (
  UPDATE wage_line l SET held = true
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number AND NOT l.held
    AND l.line_state IN ('CONFIRMED', 'ORDERED', 'UNKNOWN', 'REJECTED') AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING 1
),
counted AS (
  UPDATE wage_sheet w SET objection_count = w.objection_count + 1, held_count = w.held_count + (SELECT count(*) FROM held)::int4
  WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.objection_count
),
changed AS (
  INSERT INTO objection (project_code, sheet_code, objection_number, worker_number, objection_state, objection_reason, raised_by,
    raised_date)
  SELECT :project_code, :sheet_code, objection_count, :worker_number, 'OPEN', :objection_reason, :call.principal, :call.today
    FROM counted
  RETURNING project_code, sheet_code, objection_number, worker_number, objection_state, objection_reason, raised_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
