-- SetNationalCodeRequest -> ProjectReply
-- One code for the whole life of the works: it may be put right until the approval rests on it (facts D.8).
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'SetNationalCode')
  UNION ALL
  SELECT 'NATIONAL_CODE_SHAPE', 'national_project_code', :national_project_code FROM project_now WHERE NOT national_code_ok(:national_project_code)
  UNION ALL
  SELECT 'NATIONAL_CODE_TAKEN', 'national_project_code', :national_project_code FROM project_now
  WHERE EXISTS (SELECT 1 FROM project q WHERE q.national_project_code = :national_project_code AND q.project_code <> :project_code)
), changed AS (
  UPDATE project p SET national_project_code = :national_project_code
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'SetNationalCode', p.project_state, p.project_state, :call.principal, coalesce(:call.unit, ''),
    :call.now, NULL::date, :national_project_code FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
