-- RecordAttendanceRequest -> RecordAttendanceReply
-- The hottest statement of the house: it only records; why it could not is asked of RecordAttendance_reasons.
INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
SELECT a.project_code, :work_date, a.worker_number, :day_hundredths
FROM agreement a JOIN project p USING (project_code)
WHERE a.worker_number = :worker_number AND a.project_code = :project_code AND a.workable_from <= :work_date AND a.end_date >= :work_date
  AND p.takes_attendance AND :work_date <= :call.today
  AND (SELECT coalesce(sum(CASE WHEN t.project_code = :project_code THEN 100 ELSE t.day_hundredths END), 0)
       FROM attendance t WHERE t.worker_number = :worker_number AND t.work_date = :work_date) + :day_hundredths <= 100
  AND NOT EXISTS (SELECT 1 FROM sealed_month s WHERE s.project_code = :project_code AND s.last_date >= :work_date AND s.first_date <= :work_date)
RETURNING day_hundredths::int4 AS recorded_hundredths
