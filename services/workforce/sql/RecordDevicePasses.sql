-- RecordDevicePassesRequest -> RecordDevicePassesReply.rows[]
-- A device sends until it is answered, so a pass that is known already is answered as it stands, and no pass refuses another. A clock
-- that is wrong, or a face not read for certain, makes no day by itself: it opens a repair of that worker's day.
WITH gate AS MATERIALIZED (SELECT * FROM device WHERE project_code = :project_code AND device_code = :device_code),
problem AS MATERIALIZED (
  SELECT 'DEVICE_NOT_YOURS' AS refusal, 'device_code' AS refusal_path, :call.unit AS refusal_detail WHERE :device_code <> :call.unit
  UNION ALL
  SELECT 'DEVICE_UNKNOWN', 'device_code', :device_code WHERE NOT EXISTS (SELECT 1 FROM gate WHERE device_state = 'ACTIVE')
  UNION ALL
  SELECT 'PASSES_TOO_MANY', 'passes', count(*)::text FROM unnest(:passes.pass_code) c HAVING count(*) > 1000),
clock AS MATERIALIZED (
  SELECT extract(epoch FROM :device_clock_at_us::timestamptz - :call.now::timestamptz)::int8 AS drift, policy_on('device_drift_seconds', :call.today) AS most,
         policy_on('device_late_days', :call.today) AS late),
line AS MATERIALIZED (
  SELECT DISTINCT ON (pass_code) l.pass_code, l.pass_direction, l.passed_at, l.pass_means, l.offline, n,
         coalesce(w.merged_into, l.worker_number) AS worker_number, -- the device may know a number that has been merged
         CASE WHEN w.worker_number IS NULL THEN 'NOT_KNOWN'
              WHEN abs(drift) > most OR l.passed_at > :call.now::timestamptz + most * interval '1 second'
                OR l.passed_at < :call.now::timestamptz - late * interval '1 day' THEN 'DEVICE_CLOCK'
              WHEN l.blurred THEN 'BLURRED' ELSE 'CLEAR' END AS pass_state
  FROM (SELECT pass_code, n, pass_direction, passed_at, pass_means, coalesce(blurred, false) AS blurred, coalesce(offline, false) AS offline,
               coalesce(worker_number, ('x' || encode(substr(worker_token, 1, 8), 'hex'))::bit(64)::int8 & 9223372036854775807, 0) AS worker_number
        FROM unnest(:passes.pass_code, :passes.worker_number, :passes.worker_token, :passes.pass_direction, :passes.passed_at_us::timestamptz[], :passes.pass_means,
                    :passes.blurred, :passes.offline) WITH ORDINALITY
             AS l(pass_code, worker_number, worker_token, pass_direction, passed_at, pass_means, blurred, offline, n)) l
  CROSS JOIN clock LEFT JOIN worker w USING (worker_number)
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ORDER BY pass_code, n),
known AS MATERIALIZED (
  SELECT p.* FROM line JOIN device_pass p ON p.project_code = :project_code AND p.device_code = :device_code AND p.pass_code = line.pass_code),
written AS (
  INSERT INTO device_pass (project_code, device_code, pass_code, worker_number, pass_direction, passed_at, received_at, drift_seconds, pass_means,
                           pass_state, offline)
  SELECT :project_code, :device_code, l.pass_code, l.worker_number, l.pass_direction, l.passed_at, :call.now, clock.drift,
         coalesce(l.pass_means, gate.pass_means), l.pass_state, l.offline
  FROM line l, clock, gate WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.pass_code = l.pass_code)
  RETURNING worker_number, passed_at, pass_state),
heard AS (
  UPDATE device d SET last_heard_at = :call.now, drift_seconds = clock.drift, pass_count = d.pass_count + (SELECT count(*) FROM written)
  FROM clock WHERE d.project_code = :project_code AND d.device_code = :device_code AND EXISTS (SELECT 1 FROM line)),
opened AS (
  INSERT INTO attendance_repair (project_code, work_date, worker_number, repair_kind, repair_state, repair_note, opened_by, opened_at)
  SELECT DISTINCT ON (worker_number, china_date(passed_at)) :project_code, china_date(passed_at), worker_number, pass_state, 'OPEN',
         :device_code || ' ' || to_char(passed_at AT TIME ZONE interval '8 hours', 'HH24:MI'), :call.principal, :call.now::timestamptz
  FROM written WHERE pass_state IN ('BLURRED', 'DEVICE_CLOCK')
  ORDER BY worker_number, china_date(passed_at), passed_at
  ON CONFLICT (project_code, work_date, worker_number) DO NOTHING)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, l.pass_code, coalesce(k.pass_state, l.pass_state) AS pass_state,
       k.pass_code IS NOT NULL AS already_known,
       coalesce((k.worker_number, k.pass_direction, k.passed_at) IS DISTINCT FROM (l.worker_number, l.pass_direction, l.passed_at), false)
         AND k.pass_code IS NOT NULL AS differs,
       clock.drift AS drift_seconds
FROM line l CROSS JOIN clock LEFT JOIN known k ON k.pass_code = l.pass_code
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
ORDER BY pass_code, refusal_path
