-- ListQuantitiesRequest -> ListQuantitiesReply.rows[]
SELECT q.worker_number, w.worker_name, q.work_date, q.hours_hundredths, q.piece_hundredths,
       (SELECT count(*) FROM quantity_correction c WHERE c.project_code = q.project_code AND c.work_date = q.work_date
          AND c.worker_number = q.worker_number)::int4 AS correction_count,
       q.work_date || '|' || q.worker_number AS page_key
FROM attendance_quantity q JOIN worker w USING (worker_number)
WHERE q.project_code = :project_code
  AND q.work_date >= (:month || '-01')::date AND q.work_date < ((:month || '-01')::date + interval '1 month')::date
  AND (:worker_number IS NULL OR q.worker_number = :worker_number)
  AND (q.work_date, q.worker_number) > (coalesce(split_part(:page_token, '|', 1)::date, '-infinity'), coalesce(split_part(:page_token, '|', 2)::int8, 0))
ORDER BY q.work_date, q.worker_number
LIMIT :call.limit
