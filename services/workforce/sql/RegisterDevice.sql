-- RegisterDeviceRequest -> Device
-- From now on the unit of this name, the device itself, stands in the relation DEVICE to the project (scope.sql).
WITH problem AS MATERIALIZED (
  SELECT 'PROJECT_UNKNOWN' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL
  SELECT 'DEVICE_CODE_TAKEN', 'device_code', unit_name FROM unit WHERE unit_id = :device_code
  UNION ALL
  SELECT 'DEVICE_EXISTS', 'device_code', project_code FROM device
  WHERE device_code = :device_code AND (device_state = 'ACTIVE' OR project_code = :project_code)),
written AS (
  INSERT INTO device (project_code, device_code, device_name, place_note, pass_means, device_state, registered_by, registered_date, pass_count)
  SELECT :project_code, :device_code, :device_name, :place_note, :pass_means, 'ACTIVE', :call.principal, :call.today, 0
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, device_code, device_name, place_note,
       pass_means, device_state, registered_date, pass_count
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
