-- StartProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
award AS (SELECT * FROM project_award WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'StartProject')
  UNION ALL
  SELECT g.* FROM project_now p, gate_start(p.project_code, :call.today) g
  UNION ALL
  SELECT 'START_BEFORE_AWARD', 'start_date', a.award_date::text FROM award a WHERE :start_date::date < a.award_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'start_date', :start_date::date::text FROM project_now WHERE :start_date::date > :call.today
), changed AS (
  UPDATE project p SET project_state = 'CONSTRUCTION', start_date = :start_date::date, state_note = :start_note
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'StartProject', p.project_state, 'CONSTRUCTION',
    :call.principal, coalesce(:call.unit, ''), :call.now, :start_date::date, :start_note FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
