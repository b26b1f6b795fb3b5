-- PlanTrainingRequest -> TrainingPlan
-- The same code again changes the plan while nothing was held under it.
WITH problem AS MATERIALIZED (
  SELECT 'PROJECT_UNKNOWN' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL
  SELECT 'DATES_REVERSED', 'to_date', NULL WHERE :to_date < :from_date
  UNION ALL
  SELECT 'SKILL_KIND_MISSING', 'skill_kind', :training_content WHERE :training_content IN ('SKILL', 'BOTH') AND :skill_kind IS NULL
  UNION ALL
  SELECT 'TASK_NOT_OF_PROJECT', 'task_number', :task_number::text
  WHERE :task_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM project_task WHERE project_code = :project_code AND task_number = :task_number)
  UNION ALL
  SELECT 'ORGANISER_UNKNOWN', 'organiser_unit_id', :organiser_unit_id
  WHERE :organiser_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = :organiser_unit_id AND active)
  UNION ALL
  SELECT 'TRAINING_PLAN_CLOSED', 'plan_code', CASE WHEN cancelled THEN cancel_reason ELSE 'HELD' END FROM training_plan p
  WHERE project_code = :project_code AND plan_code = :plan_code
    AND (cancelled OR EXISTS (SELECT 1 FROM training t WHERE t.project_code = p.project_code AND t.plan_code = p.plan_code))),
written AS (
  INSERT INTO training_plan (project_code, plan_code, plan_name, from_date, to_date, training_content, skill_kind, task_number, planned_trainees,
                             planned_cost_fen, training_fund_source, organiser_unit_id, cancelled, planned_by)
  SELECT :project_code, :plan_code, :plan_name, :from_date, :to_date, :training_content, :skill_kind, :task_number, :planned_trainees,
         :planned_cost_fen, :training_fund_source, :organiser_unit_id, false, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, plan_code) DO UPDATE SET plan_name = excluded.plan_name, from_date = excluded.from_date, to_date = excluded.to_date,
    training_content = excluded.training_content, skill_kind = excluded.skill_kind, task_number = excluded.task_number,
    planned_trainees = excluded.planned_trainees, planned_cost_fen = excluded.planned_cost_fen, training_fund_source = excluded.training_fund_source,
    organiser_unit_id = excluded.organiser_unit_id, planned_by = excluded.planned_by
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, plan_code, plan_name, from_date, to_date,
       training_content, skill_kind, task_number, planned_trainees, planned_cost_fen, training_fund_source, organiser_unit_id, 'PLANNED' AS plan_state
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
