-- RetireDeviceRequest -> Device
WITH former AS (SELECT * FROM device WHERE project_code = :project_code AND device_code = :device_code),
problem AS MATERIALIZED (
  SELECT 'DEVICE_UNKNOWN' AS refusal, 'device_code' AS refusal_path, :device_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEVICE_RETIRED', 'device_code', retired_date::text FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'device' AND t.from_state = device_state AND t.method = 'RetireDevice')),
changed AS (
  UPDATE device d SET device_state = 'RETIRED', retired_date = :call.today, retire_reason = :retire_reason
  WHERE d.project_code = :project_code AND d.device_code = :device_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, device_code, device_name, place_note,
       pass_means, device_state, registered_date, retired_date, retire_reason, last_heard_at AS last_heard_at_us, drift_seconds, pass_count
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
