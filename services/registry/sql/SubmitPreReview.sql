-- SubmitPreReviewRequest -> PreReviewReply
WITH project_now AS (SELECT p.*, catalogue_in_force(:call.today, p.division_code) AS version FROM project p WHERE p.project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'SubmitPreReview')
  UNION ALL
  SELECT g.* FROM project_now p, gate_pre_review(p.project_code, :call.today) g
  UNION ALL
  SELECT 'SIMPLIFIED_NOT_OPEN', 'approval_mode', p.track FROM project_now p
  WHERE :approval_mode = 'SIMPLIFIED'
    AND NOT (p.village_construction AND (p.track IS NOT DISTINCT FROM 'SPECIAL_FUND' OR is_listed(p.project_code, 'NONGTUI', :call.today)))
), review AS (
  INSERT INTO pre_review (project_code, review_number, review_state, approval_mode, catalogue_version, submitted_by, submitted_at, submit_note)
  SELECT p.project_code, 1 + coalesce((SELECT max(r.review_number) FROM pre_review r WHERE r.project_code = p.project_code), 0), 'SUBMITTED',
    :approval_mode, p.version, :call.principal, :call.now, :submit_note
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, review_number, review_state, catalogue_version
), document AS (
  INSERT INTO review_document (project_code, review_number, document_number, document_kind, document_title, document_digest, document_date,
    prelim_depth, states_requirement)
  SELECT r.project_code, r.review_number, d.place::int4, d.kind, d.title, d.digest, d.dated, d.prelim_depth, d.states_requirement
  FROM review r, unnest(:documents.document_kind, :documents.document_title, :documents.document_digest, :documents.document_date::date[],
    :documents.prelim_depth, :documents.states_requirement) WITH ORDINALITY
    d (kind, title, digest, dated, prelim_depth, states_requirement, place)
), changed AS (
  UPDATE project p SET project_state = 'PRE_REVIEW', catalogue_version = r.catalogue_version FROM review r WHERE p.project_code = r.project_code
  RETURNING r.project_code, r.review_number, r.review_state, r.catalogue_version
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'SubmitPreReview', p.project_state, 'PRE_REVIEW',
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, :submit_note FROM changed x, project_now p
)
SELECT problem.*, s.*, c.review_number, c.review_state, c.catalogue_version
FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
