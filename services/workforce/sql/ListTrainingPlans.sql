-- ListTrainingPlansRequest -> ListTrainingPlansReply.rows[]
-- What was planned beside what was held: a plan whose last day passed without a training is overdue.
SELECT p.project_code, p.plan_code, p.plan_name, p.from_date, p.to_date, p.training_content, p.skill_kind, p.task_number, p.planned_trainees,
       p.planned_cost_fen, p.training_fund_source, p.organiser_unit_id, p.cancel_reason,
       CASE WHEN p.cancelled THEN 'CANCELLED' WHEN h.sessions > 0 THEN 'HELD' WHEN p.to_date < :call.today THEN 'OVERDUE' ELSE 'PLANNED' END AS plan_state,
       h.sessions::int4 AS session_count, e.trainees::int4 AS trainee_count, e.passed::int4 AS passed_count, h.cost::int8 AS training_cost_fen,
       p.plan_code AS page_key
FROM training_plan p
CROSS JOIN LATERAL (
  SELECT count(*) AS sessions, coalesce(sum(t.training_cost_fen), 0) AS cost FROM training t
  WHERE t.project_code = p.project_code AND t.plan_code = p.plan_code) h
CROSS JOIN LATERAL (
  SELECT count(DISTINCT e.worker_number) AS trainees, count(DISTINCT e.worker_number) FILTER (WHERE e.exam_passed) AS passed
  FROM training t JOIN trainee e ON e.project_code = t.project_code AND e.training_code = t.training_code AND e.signed_in
  WHERE t.project_code = p.project_code AND t.plan_code = p.plan_code) e
WHERE p.project_code = :project_code AND p.plan_code > coalesce(:page_token, '')
ORDER BY p.plan_code
LIMIT :call.limit
