-- CompleteProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'CompleteProject')
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'complete_date', p.start_date::text FROM project_now p WHERE :complete_date::date < p.start_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'complete_date', :complete_date::date::text FROM project_now WHERE :complete_date::date > :call.today
), changed AS (
  UPDATE project p SET project_state = 'COMPLETED', complete_date = :complete_date::date
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'CompleteProject', p.project_state, 'COMPLETED',
    :call.principal, coalesce(:call.unit, ''), :call.now, :complete_date::date, NULL::text FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
