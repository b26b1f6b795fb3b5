-- SubmitDemandRequest -> Demand
-- The plan is told to townships that belong to the project; what is asked of each adds up to the places, so that none is counted twice.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i
  FROM unnest(:townships.township_unit_id, :townships.asked_count) WITH ORDINALITY AS l(township_unit_id, asked_count, n)),
former AS MATERIALIZED (SELECT * FROM labour_demand WHERE project_code = :project_code AND demand_code = :demand_code),
problem AS MATERIALIZED (
  SELECT 'DEMAND_UNKNOWN' AS refusal, 'demand_code' AS refusal_path, :demand_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEMAND_NOT_THERE_YET', 'demand_code', demand_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'demand' AND t.from_state = demand_state AND t.method = 'SubmitDemand')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'demand_code', made_by FROM former WHERE made_by = :call.principal
  UNION ALL
  SELECT 'TOWNSHIP_NOT_CONCERNED', 'townships[' || i || '].township_unit_id', township_unit_id FROM line
  WHERE NOT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = line.township_unit_id AND p.relation = 'TOWNSHIP')
  UNION ALL
  SELECT 'TOWNSHIP_TWICE', 'townships[' || i || '].township_unit_id', 'townships[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY township_unit_id) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'PLAN_DOES_NOT_ADD_UP', 'townships', asked || ' <> ' || head_count
  FROM former, (SELECT coalesce(sum(asked_count), 0) AS asked FROM line) s WHERE asked <> head_count),
told AS (
  INSERT INTO demand_township (project_code, demand_code, township_unit_id, asked_count)
  SELECT :project_code, :demand_code, township_unit_id, coalesce(asked_count, 0) FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)),
changed AS (
  UPDATE labour_demand d SET demand_state = 'SUBMITTED', submitted_by = :call.principal, submitted_date = :call.today
  WHERE d.project_code = :project_code AND d.demand_code = :demand_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, demand_state, task_number, post_name,
       head_count, skill_kind, skill_level, from_date, to_date, pay_unit, rate_fen, content_note, training_planned, submitted_date
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
