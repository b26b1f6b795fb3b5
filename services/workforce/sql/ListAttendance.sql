-- ListAttendanceRequest -> ListAttendanceReply.rows[]
-- A project's month walks its key by day and worker; one worker's month comes by the worker, so that it costs his days and not everybody's.
WITH page AS (
  (SELECT t.* FROM attendance t
   WHERE :worker_number IS NULL AND t.project_code = :project_code
     AND t.work_date >= (:month || '-01')::date AND t.work_date < ((:month || '-01')::date + interval '1 month')::date
     AND (t.work_date, t.worker_number) > (coalesce(split_part(:page_token, '|', 1)::date, '-infinity'), coalesce(split_part(:page_token, '|', 2)::int8, 0))
   ORDER BY t.work_date, t.worker_number LIMIT :call.limit)
  UNION ALL
  (SELECT t.* FROM attendance t
   WHERE t.worker_number = person_of(:worker_number) AND t.project_code = :project_code
     AND t.work_date >= (:month || '-01')::date AND t.work_date < ((:month || '-01')::date + interval '1 month')::date
     AND t.work_date > coalesce(split_part(:page_token, '|', 1)::date, '-infinity')
   ORDER BY t.work_date LIMIT :call.limit))
SELECT t.worker_number, w.worker_name, w.id_number_mask, t.work_date, t.day_hundredths::int4 AS day_hundredths,
       (SELECT count(*) FROM attendance_correction c WHERE c.project_code = t.project_code AND c.work_date = t.work_date
          AND c.worker_number = t.worker_number)::int4 AS correction_count,
       t.work_date || '|' || t.worker_number AS page_key
FROM page t JOIN worker w USING (worker_number)
ORDER BY t.work_date, t.worker_number
