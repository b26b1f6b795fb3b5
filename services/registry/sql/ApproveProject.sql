-- ApproveProjectRequest -> ProjectReply
-- Government money needs a passed pre-review; a project of other money may be approved from its draft (R044, R056).
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
review AS (SELECT r.* FROM pre_review r WHERE r.project_code = :project_code ORDER BY r.review_number DESC LIMIT 1),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ApproveProject')
  UNION ALL
  SELECT g.* FROM project_now p, gate_approval(p.project_code, :call.today) g WHERE may('project', p.project_state, 'ApproveProject')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', r.submitted_by FROM review r WHERE r.submitted_by = :call.principal
  UNION ALL
  SELECT 'APPROVAL_MODE_CHANGED', 'approval_mode', r.approval_mode FROM review r WHERE r.approval_mode <> :approval_mode
  UNION ALL
  SELECT 'SIMPLIFIED_NOT_OPEN', 'approval_mode', p.track FROM project_now p
  WHERE :approval_mode = 'SIMPLIFIED'
    AND NOT (p.village_construction AND (p.track IS NOT DISTINCT FROM 'SPECIAL_FUND' OR is_listed(p.project_code, 'NONGTUI', :document_date::date)))
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'document_date', :document_date::date::text FROM project_now WHERE :document_date::date > :call.today
), approval AS (
  INSERT INTO project_approval (project_code, review_number, approval_mode, document_no, document_date, fiscal_review, waiver_reason,
    covered_documents, approved_by)
  SELECT p.project_code, (SELECT r.review_number FROM review r), :approval_mode, :document_no, :document_date::date, :fiscal_review, :waiver_reason,
    coalesce(:covered_documents, '{}'), :call.principal
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code
), changed AS (
  UPDATE project p SET project_state = 'APPROVED' FROM approval a WHERE p.project_code = a.project_code RETURNING p.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'ApproveProject', p.project_state, 'APPROVED',
    :call.principal, coalesce(:call.unit, ''), :call.now, :document_date::date, :document_no FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
