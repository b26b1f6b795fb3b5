-- RecordAttendanceRequest -> RecordAttendanceReply
-- The hottest statement of the house: it only records; why it could not is asked of RecordAttendance_reasons.
INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
SELECT a.project_code, :work_date, a.worker_number, :day_hundredths
FROM agreement a JOIN project p USING (project_code)
WHERE a.worker_number = :worker_number AND a.project_code = :project_code AND a.workable_from <= :work_date AND a.end_date >= :work_date
  AND p.takes_attendance AND NOT p.sealed @> :work_date AND :work_date <= :call.today
  AND (SELECT coalesce(sum(t.day_hundredths), 0) FROM attendance t WHERE t.worker_number = :worker_number AND t.work_date = :work_date)
      + :day_hundredths <= 100
RETURNING day_hundredths::int4 AS recorded_hundredths
