-- CancelProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'CancelProject')
  UNION ALL
  SELECT g.* FROM project_now p, gate_cancellation(p.project_code, :call.today) g
), changed AS (
  UPDATE project p SET project_state = 'CANCELLED', state_note = :cancel_reason
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'CancelProject', p.project_state, 'CANCELLED',
    :call.principal, coalesce(:call.unit, ''), :call.now, :call.today, :cancel_reason FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
