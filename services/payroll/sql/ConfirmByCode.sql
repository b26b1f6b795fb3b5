-- ConfirmByCodeRequest -> CodeAnswer
-- A wrong code is an answer, not a refusal: it must count. The code is compared by its token and used up by the right answer.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
line AS (
  SELECT l.* FROM wage_line l WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number
),
code AS (
  SELECT c.*, CASE WHEN c.attempts_left = 0 THEN 'LOCKED' WHEN c.expires_at <= :call.now THEN 'EXPIRED'
      WHEN c.confirm_code_token <> :confirm_code_token THEN 'WRONG' ELSE 'ACCEPTED' END AS code_outcome
  FROM confirm_code c WHERE c.project_code = :project_code AND c.sheet_code = :sheet_code AND c.worker_number = :worker_number
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ConfirmByCode')
  UNION ALL SELECT 'LINE_NOT_FOUND', 'worker_number', :worker_number::text FROM sheet WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'LINE_CONFIRMED', 'worker_number', line_state FROM line WHERE line_state <> 'DRAFT'
  UNION ALL SELECT 'CODE_NOT_SENT', 'confirm_code', NULL FROM line WHERE NOT EXISTS (SELECT 1 FROM code)
),
tried AS (
  UPDATE confirm_code c SET attempts_left = c.attempts_left - (code.code_outcome = 'WRONG')::int4,
    confirm_code = CASE code.code_outcome WHEN 'ACCEPTED' THEN NULL ELSE c.confirm_code END
  FROM code WHERE c.project_code = :project_code AND c.sheet_code = :sheet_code AND c.worker_number = :worker_number
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING code.code_outcome, c.attempts_left, c.issue_number
),
confirmed AS (
  UPDATE wage_line l SET line_state = 'CONFIRMED', confirm_method = 'CODE', signature_reference = 'code ' || tried.issue_number,
    confirmed_by = :call.principal, confirmed_date = :call.today, confirmed_at = :call.now
  FROM tried WHERE tried.code_outcome = 'ACCEPTED' AND l.project_code = :project_code AND l.sheet_code = :sheet_code
    AND l.worker_number = :worker_number
  RETURNING 1
),
counted AS (SELECT count(*)::int4 AS line_count FROM confirmed),
moved AS (
  UPDATE wage_sheet w SET confirmed_count = w.confirmed_count + n.line_count,
    sheet_state = CASE WHEN w.confirmed_count + n.line_count = w.line_count THEN 'WORKER_CONFIRMED' ELSE w.sheet_state END
  FROM counted n WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.day_hundredths, w.gross_fen, w.deduction_fen,
    w.net_fen, w.paid_fen, w.failed_count, w.unknown_count, w.attendance_digest, w.drawn_date, w.due_date, w.settled_date, w.filed_date, w.team_name,
    w.sheet_kind, w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen, w.relief_net_fen, w.earlier_sheet_code
),
changed AS (
  SELECT moved.*, :worker_number::int8 AS worker_number, tried.code_outcome, tried.attempts_left FROM moved, tried
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
