-- ListDevicesRequest -> ListDevicesReply.rows[]
SELECT project_code, device_code, device_name, place_note, pass_means, device_state, registered_date, retired_date, retire_reason,
       last_heard_at AS last_heard_at_us, drift_seconds, pass_count, device_code AS page_key
FROM device
WHERE project_code = :project_code AND device_code > coalesce(:page_token, '')
ORDER BY device_code
LIMIT :call.limit
