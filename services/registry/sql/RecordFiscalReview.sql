-- RecordFiscalReviewRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
approval AS (SELECT * FROM project_approval WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'RecordFiscalReview')
  UNION ALL
  SELECT 'FISCAL_REVIEW_CLOSED', 'project_code', a.fiscal_review FROM approval a WHERE a.fiscal_review <> 'PARALLEL'
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'document_date', :document_date::date::text FROM project_now WHERE :document_date::date > :call.today
), changed AS (
  UPDATE project_approval x SET fiscal_review = 'DONE', fiscal_document_no = :document_no, fiscal_document_date = :document_date::date,
    fiscal_reviewed_fen = :reviewed_fen, fiscal_recorded_by = :call.principal
  FROM approval a WHERE x.project_code = a.project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'RecordFiscalReview', p.project_state, p.project_state, :call.principal, coalesce(:call.unit, ''),
    :call.now, :document_date::date, :document_no FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
