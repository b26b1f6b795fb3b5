-- ApplyRequest -> ApplyReply.rows[]
-- By a township for its people, or by the worker himself at the owner, the contractor or HR. Who withdrew may apply again.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, w.worker_name, w.id_number_mask, w.home_division_code, w.merged_into,
         w.worker_number IS NOT NULL AND (:call.sees_people OR unit_knows(:call.unit, l.worker_number) OR lives_under(:call.unit, w.home_division_code)) AS known
  FROM unnest(:lines.worker_number, :lines.application_way) WITH ORDINALITY AS l(worker_number, application_way, n)
  LEFT JOIN worker w USING (worker_number)),
former AS MATERIALIZED (SELECT * FROM labour_demand WHERE project_code = :project_code AND demand_code = :demand_code),
problem AS MATERIALIZED (
  SELECT 'DEMAND_UNKNOWN' AS refusal, 'demand_code' AS refusal_path, :demand_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEMAND_NOT_RECRUITING', 'demand_code', demand_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'demand' AND t.from_state = demand_state AND t.method = 'ApplyForDemand')
  UNION ALL
  SELECT 'APPLICATIONS_CLOSED', 'demand_code', last::text
  FROM (SELECT max(apply_by_date) AS last FROM recruitment_notice WHERE project_code = :project_code AND demand_code = :demand_code) n
  WHERE last < :call.today
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'lines[' || i || '].worker_number', worker_number::text FROM line WHERE NOT known
  UNION ALL
  SELECT 'WORKER_MERGED', 'lines[' || i || '].worker_number', merged_into::text FROM line WHERE known AND merged_into IS NOT NULL
  UNION ALL
  SELECT 'WORKER_TWICE', 'lines[' || i || '].worker_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'APPLICATION_EXISTS', 'lines[' || i || '].worker_number', a.applied_date || ' ' || a.applied_unit_id
  FROM line JOIN application a ON a.project_code = :project_code AND a.demand_code = :demand_code AND a.worker_number = line.worker_number
  WHERE a.application_state = 'APPLIED'),
written AS (
  INSERT INTO application (project_code, demand_code, worker_number, application_way, application_state, applied_date, applied_unit_id)
  SELECT :project_code, :demand_code, worker_number, application_way, 'APPLIED', :call.today, :call.unit FROM line
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, demand_code, worker_number) DO UPDATE SET application_way = excluded.application_way, application_state = 'APPLIED',
    applied_date = excluded.applied_date, applied_unit_id = excluded.applied_unit_id, withdraw_reason = NULL
  RETURNING *)
SELECT refusal, refusal_path, refusal_detail, project_code, demand_code, worker_number, worker_name, id_number_mask, application_way,
       application_state, applied_date, applied_unit_id
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.project_code, w.demand_code, w.worker_number,
         line.worker_name, line.id_number_mask, w.application_way, w.application_state, w.applied_date, w.applied_unit_id, line.i
  FROM written w JOIN line USING (worker_number)
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i, refusal_path
