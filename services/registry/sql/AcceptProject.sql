-- AcceptProjectRequest -> ProjectReply
-- The acceptance names what it rests on: approval, evaluation, inspections (R067, R165, R176).
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AcceptProject')
  UNION ALL
  SELECT g.* FROM project_now p, gate_acceptance(p.project_code, :call.today) g
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'accept_date', p.complete_date::text FROM project_now p WHERE :accept_date::date < p.complete_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'accept_date', :accept_date::date::text FROM project_now WHERE :accept_date::date > :call.today
), changed AS (
  UPDATE project p SET project_state = 'ACCEPTED', accept_date = :accept_date::date, state_note = :document_no, upkeep_body_name = :upkeep_body_name,
    upkeep_rules_digest = :upkeep_rules_digest
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
), acceptance AS (
  INSERT INTO project_acceptance (project_code, accept_date, document_no, approval_document_no, evaluation_code, inspection_codes, accepted_by)
  SELECT c.project_code, :accept_date::date, :document_no, a.document_no, e.evaluation_code,
    coalesce((SELECT array_agg(i.inspection_code ORDER BY i.inspection_code) FROM followed_inspection i WHERE i.project_code = c.project_code), '{}'),
    :call.principal
  FROM changed c JOIN project_approval a USING (project_code) JOIN followed_evaluation e USING (project_code)
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AcceptProject', p.project_state, 'ACCEPTED',
    :call.principal, coalesce(:call.unit, ''), :call.now, :accept_date::date, :document_no FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
