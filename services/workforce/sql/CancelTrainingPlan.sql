-- CancelTrainingPlanRequest -> TrainingPlan
WITH former AS (SELECT * FROM training_plan WHERE project_code = :project_code AND plan_code = :plan_code),
problem AS MATERIALIZED (
  SELECT 'TRAINING_PLAN_UNKNOWN' AS refusal, 'plan_code' AS refusal_path, :plan_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'TRAINING_PLAN_CLOSED', 'plan_code', CASE WHEN cancelled THEN cancel_reason ELSE 'HELD' END FROM former p
  WHERE cancelled OR EXISTS (SELECT 1 FROM training t WHERE t.project_code = p.project_code AND t.plan_code = p.plan_code)),
changed AS (
  UPDATE training_plan p SET cancelled = true, cancel_reason = :cancel_reason
  WHERE p.project_code = :project_code AND p.plan_code = :plan_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, plan_code, plan_name, from_date, to_date,
       training_content, skill_kind, task_number, planned_trainees, planned_cost_fen, training_fund_source, organiser_unit_id,
       'CANCELLED' AS plan_state, cancel_reason
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
