-- ResumeProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ResumeProject')
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'resume_date', l.suspended::text FROM project_now p,
    LATERAL (SELECT max(s.effective_date) AS suspended FROM project_step s WHERE s.project_code = p.project_code AND s.method = 'SuspendProject') l
  WHERE :resume_date::date < l.suspended
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'resume_date', :resume_date::date::text FROM project_now WHERE :resume_date::date > :call.today
), changed AS (
  UPDATE project p SET project_state = 'CONSTRUCTION', state_note = :resume_reason
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'ResumeProject', p.project_state, 'CONSTRUCTION',
    :call.principal, coalesce(:call.unit, ''), :call.now, :resume_date::date, :resume_reason FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
