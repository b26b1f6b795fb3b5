-- ChangeTaskRequest -> TaskReply
-- What the design offered is the floor once it is approved: posts may grow, not shrink (R059).
WITH task AS (
  SELECT t.*, p.project_state, p.division_code AS project_division, p.project_state NOT IN ('DRAFT', 'RETURNED') AS fixed
  FROM project_task t JOIN project p USING (project_code) WHERE t.project_code = :project_code AND t.task_number = :task_number
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, t.project_state AS refusal_detail FROM task t
  WHERE NOT may('project', t.project_state, 'ChangeTask')
  UNION ALL
  SELECT 'CHANGE_REASON_MISSING', 'change_reason', t.project_state FROM task t WHERE t.fixed AND :change_reason IS NULL
  UNION ALL
  SELECT 'POSTS_BELOW_APPROVED', 'offered_posts', t.offered_posts::text FROM task t WHERE t.fixed AND :offered_posts < t.offered_posts
  UNION ALL
  SELECT 'TASK_DATES', 'work_to_date', coalesce(:work_from_date::date, t.work_from)::text FROM task t
  WHERE coalesce(:work_to_date::date, t.work_to) < coalesce(:work_from_date::date, t.work_from)
  UNION ALL
  SELECT 'TASK_ELSEWHERE', 'division_code', t.project_division FROM task t WHERE left(:division_code, 6) <> left(t.project_division, 6)
), changed AS (
  UPDATE project_task x SET task_note = coalesce(:task_note, x.task_note), offered_posts = coalesce(:offered_posts, x.offered_posts),
    planned_workers = coalesce(:planned_workers, x.planned_workers), planned_pay_fen = coalesce(:planned_pay_fen, x.planned_pay_fen),
    planned_trainees = coalesce(:planned_trainees, x.planned_trainees), skill_kind = coalesce(:skill_kind, x.skill_kind),
    skill_level = coalesce(:skill_level, x.skill_level), training_required = coalesce(:training_required, x.training_required),
    work_from = coalesce(:work_from_date::date, x.work_from), work_to = coalesce(:work_to_date::date, x.work_to),
    division_code = coalesce(:division_code, x.division_code), change_reason = coalesce(:change_reason, x.change_reason)
  FROM task t WHERE (x.project_code, x.task_number) = (t.project_code, t.task_number) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.task_number
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'ChangeTask', t.project_state, t.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, concat_ws(' ', '任务' || x.task_number, :change_reason) FROM changed x, task t
)
SELECT problem.*, c.project_code, c.task_number, s.rows, json_array_length(s.rows) AS task_count
FROM problem FULL JOIN (changed c CROSS JOIN LATERAL tasks_snapshot(c.project_code) s (rows)) ON false
