-- ResolveObjectionRequest -> Objection
WITH raised AS (
  SELECT o.*, s.drawn_by FROM objection o JOIN wage_sheet s ON s.project_code = o.project_code AND s.sheet_code = o.sheet_code
  WHERE o.project_code = :project_code AND o.sheet_code = :sheet_code AND o.objection_number = :objection_number
),
problem AS (
  SELECT 'OBJECTION_NOT_FOUND' AS refusal, 'objection_number' AS refusal_path, :objection_number::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM raised)
  UNION ALL SELECT 'OBJECTION_RESOLVED', 'objection_number', objection_state FROM raised WHERE objection_state <> 'OPEN'
  UNION ALL SELECT 'OBJECTION_NEEDS_ANSWER', 'objection_state', NULL FROM raised WHERE :objection_state = 'OPEN'
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', drawn_by FROM raised WHERE :call.principal IN (drawn_by, raised_by)
),
changed AS (
  UPDATE objection o SET objection_state = :objection_state, resolution_note = :resolution_note, resolved_by = :call.principal,
    resolved_date = :call.today
  WHERE o.project_code = :project_code AND o.sheet_code = :sheet_code AND o.objection_number = :objection_number
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING o.project_code, o.sheet_code, o.objection_number, o.worker_number, o.objection_state, o.objection_reason,
    o.resolution_note,
    o.raised_date, o.resolved_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
