-- ListReportPersonsRequest -> ReportPersonPage.rows[]
-- Those who worked, line by line, then those who were trained.
WITH place AS (
  SELECT coalesce(left(:page_token, 1)::int4, 0) AS part, coalesce(substr(:page_token, 2, 9)::int4, 0) AS line_number,
    coalesce(decode(substr(:page_token, 11), 'hex'), ''::bytea) AS worker_token)
SELECT p.*, p.is_trainee::int4::text || lpad(p.line_number::text, 9, '0') || encode(p.worker_token, 'hex') AS page_key
FROM (
  (SELECT p.line_number, p.worker_token, p.sex, p.is_local, p.priority_mask, false AS is_trainee, false AS safety_trained, false AS skill_trained,
     p.first_whole_mask, p.second_whole_mask, p.third_whole_mask, p.first_part_mask, p.second_part_mask, p.third_part_mask
   FROM place, report_person p
   WHERE p.report_code = :report_code AND place.part = 0 AND (p.line_number, p.worker_token) > (place.line_number, place.worker_token)
   ORDER BY p.line_number, p.worker_token LIMIT :call.limit)
  UNION ALL
  (SELECT t.line_number, t.worker_token, NULL, false, 0, true, t.safety_trained, t.skill_trained, 0, 0, 0, 0, 0, 0
   FROM place, report_trainee t
   WHERE t.report_code = :report_code AND (place.part = 0 OR (t.line_number, t.worker_token) > (place.line_number, place.worker_token))
   ORDER BY t.line_number, t.worker_token LIMIT :call.limit)) p
ORDER BY p.is_trainee, p.line_number, p.worker_token LIMIT :call.limit
