-- DecidePreReviewRequest -> PreReviewReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
review AS (
  SELECT r.* FROM pre_review r WHERE r.project_code = :project_code AND r.review_state = 'SUBMITTED' ORDER BY r.review_number DESC LIMIT 1
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'DecidePreReview')
  UNION ALL
  SELECT 'NO_OPEN_REVIEW', 'project_code', NULL FROM project_now p
  WHERE may('project', p.project_state, 'DecidePreReview') AND NOT EXISTS (SELECT 1 FROM review)
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', r.submitted_by FROM review r WHERE r.submitted_by = :call.principal
), decided AS (
  UPDATE pre_review v SET review_state = :decision, decided_by = :call.principal, decided_at = :call.now, review_note = :review_note
  FROM review r WHERE (v.project_code, v.review_number) = (r.project_code, r.review_number) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING v.project_code, v.review_number, v.review_state, v.catalogue_version
), changed AS (
  UPDATE project p SET project_state = CASE d.review_state WHEN 'RETURNED' THEN 'RETURNED' ELSE p.project_state END
  FROM decided d WHERE p.project_code = d.project_code RETURNING d.project_code, d.review_number, d.review_state, d.catalogue_version
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'DecidePreReview', p.project_state,
    CASE x.review_state WHEN 'RETURNED' THEN 'RETURNED' ELSE 'PRE_REVIEW' END,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, :review_note FROM changed x, project_now p
)
SELECT problem.*, s.*, c.review_number, c.review_state, c.catalogue_version
FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
