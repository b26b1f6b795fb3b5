-- AcknowledgeDemandRequest -> Demand
-- With the last township that was told, the demand is acknowledged.
WITH former AS MATERIALIZED (SELECT * FROM labour_demand WHERE project_code = :project_code AND demand_code = :demand_code),
own AS MATERIALIZED (
  SELECT * FROM demand_township WHERE project_code = :project_code AND demand_code = :demand_code AND township_unit_id = :call.unit),
problem AS MATERIALIZED (
  SELECT 'DEMAND_UNKNOWN' AS refusal, 'demand_code' AS refusal_path, :demand_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEMAND_NOT_THERE_YET', 'demand_code', demand_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'demand' AND t.from_state = demand_state AND t.method = 'AcknowledgeDemand')
  UNION ALL
  SELECT 'TOWNSHIP_NOT_TOLD', 'demand_code', :call.unit FROM former WHERE demand_state <> 'DRAFT' AND NOT EXISTS (SELECT 1 FROM own)
  UNION ALL
  SELECT 'ACKNOWLEDGED_ALREADY', 'demand_code', acknowledged_date::text FROM own WHERE acknowledged_date IS NOT NULL),
heard AS (
  UPDATE demand_township t SET acknowledged_date = :call.today, acknowledge_note = :acknowledge_note, acknowledged_by = :call.principal
  WHERE t.project_code = :project_code AND t.demand_code = :demand_code AND t.township_unit_id = :call.unit AND NOT EXISTS (SELECT 1 FROM problem)),
changed AS (
  UPDATE labour_demand d SET demand_state = CASE WHEN EXISTS (
      SELECT 1 FROM demand_township t WHERE t.project_code = :project_code AND t.demand_code = :demand_code AND t.township_unit_id <> :call.unit
        AND t.acknowledged_date IS NULL) THEN 'SUBMITTED' ELSE 'ACKNOWLEDGED' END
  WHERE d.project_code = :project_code AND d.demand_code = :demand_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, demand_state, task_number, post_name,
       head_count, skill_kind, skill_level, from_date, to_date, pay_unit, rate_fen, content_note, training_planned, submitted_date
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
