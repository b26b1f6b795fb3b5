-- RemoveTaskRequest -> TaskReply
WITH task AS (
  SELECT t.*, p.project_state FROM project_task t JOIN project p USING (project_code)
  WHERE t.project_code = :project_code AND t.task_number = :task_number
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, t.project_state AS refusal_detail FROM task t
  WHERE NOT may('project', t.project_state, 'RemoveTask')
), removed AS (
  DELETE FROM project_task x USING task t WHERE (x.project_code, x.task_number) = (t.project_code, t.task_number)
    AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.project_code, x.task_number
), withdrawn AS (
  UPDATE task_waiver w SET waiver_state = 'WITHDRAWN' FROM removed r
  WHERE (w.project_code, w.task_number) = (r.project_code, r.task_number) AND w.waiver_state = 'REQUESTED'
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'RemoveTask', t.project_state, t.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, '任务' || x.task_number FROM removed x, task t
)
SELECT problem.*, r.project_code, r.task_number, s.rows, json_array_length(s.rows) AS task_count
FROM problem FULL JOIN (removed r CROSS JOIN LATERAL tasks_snapshot(r.project_code) s (rows)) ON false
