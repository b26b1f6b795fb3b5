-- RecordAttendanceRequest -> RecordAttendanceReply
-- The good case is one pass; only when nothing was recorded does attendance_refusals look for the reasons.
WITH that_day AS MATERIALIZED (
  SELECT coalesce(sum(day_hundredths), 0)::int4 AS taken, coalesce(bool_or(project_code = :project_code), false) AS here
  FROM attendance WHERE worker_number = :worker_number AND work_date = :work_date),
recorded AS (
  INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
  SELECT a.project_code, :work_date, a.worker_number, :day_hundredths
  FROM agreement a JOIN project p USING (project_code) CROSS JOIN that_day
  WHERE a.worker_number = :worker_number AND a.project_code = :project_code AND a.workable_from <= :work_date AND a.end_date >= :work_date
    AND p.takes_attendance AND :work_date <= :call.today AND taken + :day_hundredths <= 100 AND NOT here
    AND NOT EXISTS (SELECT 1 FROM sealed_month s WHERE s.project_code = :project_code AND s.last_date >= :work_date AND s.first_date <= :work_date)
  RETURNING day_hundredths)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, taken + day_hundredths AS date_total_hundredths
FROM recorded, that_day
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL
FROM attendance_refusals(:project_code, ARRAY[:worker_number], ARRAY[:work_date], ARRAY[:day_hundredths], :call.today, false)
WHERE NOT EXISTS (SELECT 1 FROM recorded)
