-- ListPassesRequest -> ListPassesReply.rows[]
-- A day's passes in the order of time; those that make no pair can be listed alone.
SELECT p.device_code, p.pass_code, p.worker_number, w.worker_name, p.pass_direction, p.passed_at AS passed_at_us, p.received_at AS received_at_us,
       p.pass_means, p.pass_state, p.offline, p.drift_seconds, coalesce(d.paired, false) AS paired,
       (extract(epoch FROM p.passed_at) * 1000000)::int8 || '|' || p.device_code || '|' || p.pass_code AS page_key
FROM device_pass p LEFT JOIN worker w USING (worker_number)
LEFT JOIN day_passes(:project_code, :work_date) d ON d.device_code = p.device_code AND d.pass_code = p.pass_code
WHERE p.project_code = :project_code AND p.passed_at >= china_midnight(:work_date) AND p.passed_at < china_midnight(:work_date::date + 1)
  AND (:worker_number IS NULL OR p.worker_number = :worker_number)
  AND (NOT coalesce(:unpaired_only, false) OR NOT coalesce(d.paired, false))
  AND ((extract(epoch FROM p.passed_at) * 1000000)::int8, p.device_code, p.pass_code)
      > (coalesce(split_part(:page_token, '|', 1)::int8, -1), coalesce(split_part(:page_token, '|', 2), ''), coalesce(split_part(:page_token, '|', 3), ''))
ORDER BY (extract(epoch FROM p.passed_at) * 1000000)::int8, p.device_code, p.pass_code
LIMIT :call.limit
