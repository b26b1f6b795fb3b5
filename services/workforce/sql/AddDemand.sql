-- AddDemandRequest -> Demand
WITH task AS MATERIALIZED (SELECT * FROM project_task WHERE project_code = :project_code AND task_number = :task_number),
problem AS MATERIALIZED (
  SELECT 'PROJECT_TAKES_NO_DEMAND' AS refusal, 'project_code' AS refusal_path, (SELECT project_state FROM project WHERE project_code = :project_code) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code AND project_state IN ('APPROVED', 'AWARDED', 'CONSTRUCTION'))
  UNION ALL
  SELECT 'DEMAND_EXISTS', 'demand_code', post_name FROM labour_demand WHERE project_code = :project_code AND demand_code = :demand_code
  UNION ALL
  SELECT 'TASK_UNKNOWN', 'task_number', :task_number::text
  WHERE :task_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM task)
    OR :task_number IS NULL AND EXISTS (SELECT 1 FROM project_task WHERE project_code = :project_code)
  UNION ALL
  SELECT 'DATES_REVERSED', 'to_date', NULL WHERE :to_date::date < :from_date::date
  UNION ALL
  SELECT 'DEMAND_IS_PAST', 'to_date', :to_date::date::text WHERE :to_date::date < :call.today),
written AS (
  INSERT INTO labour_demand (project_code, demand_code, demand_state, task_number, post_name, head_count, skill_kind, skill_level, from_date,
                             to_date, pay_unit, rate_fen, content_note, training_planned, made_by)
  SELECT :project_code, :demand_code, 'DRAFT', :task_number, :post_name, :head_count, coalesce(:skill_kind, (SELECT skill_kind FROM task)),
         coalesce(:skill_level, (SELECT skill_level FROM task)), :from_date, :to_date, :pay_unit, :rate_fen, :content_note, :training_planned,
         :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, demand_state, task_number, post_name,
       head_count, skill_kind, skill_level, from_date, to_date, pay_unit, rate_fen, content_note, training_planned
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
