-- WithdrawApplicationRequest -> Application
-- By the unit that brought the application, or one that may see every person.
WITH former AS MATERIALIZED (
  SELECT * FROM application WHERE project_code = :project_code AND demand_code = :demand_code AND worker_number = :worker_number
    AND application_state = 'APPLIED' AND (:call.sees_people OR applied_unit_id = :call.unit)),
problem AS MATERIALIZED (
  SELECT 'APPLICATION_UNKNOWN' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'CHOSEN_ALREADY', 'worker_number', chosen_by FROM choice
  WHERE project_code = :project_code AND demand_code = :demand_code AND worker_number = :worker_number AND choice_state = 'CHOSEN'),
changed AS (
  UPDATE application a SET application_state = 'WITHDRAWN', withdraw_reason = :withdraw_reason
  WHERE a.project_code = :project_code AND a.demand_code = :demand_code AND a.worker_number = :worker_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING a.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, worker_number, application_way,
       application_state, applied_date, applied_unit_id, withdraw_reason
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
