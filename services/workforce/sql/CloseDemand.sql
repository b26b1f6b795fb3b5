-- CloseDemandRequest -> Demand
WITH former AS MATERIALIZED (SELECT * FROM labour_demand WHERE project_code = :project_code AND demand_code = :demand_code),
problem AS MATERIALIZED (
  SELECT 'DEMAND_UNKNOWN' AS refusal, 'demand_code' AS refusal_path, :demand_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEMAND_NOT_THERE_YET', 'demand_code', demand_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'demand' AND t.from_state = demand_state AND t.method = 'CloseDemand')),
changed AS (
  UPDATE labour_demand d SET demand_state = 'CLOSED', close_reason = :close_reason
  WHERE d.project_code = :project_code AND d.demand_code = :demand_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, demand_state, task_number, post_name,
       head_count, skill_kind, skill_level, from_date, to_date, pay_unit, rate_fen, content_note, training_planned, submitted_date, close_reason
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
