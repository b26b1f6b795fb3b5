-- RecordAttendanceBatchRequest -> RecordAttendanceBatchReply
-- All or nothing: lines that pass every check are counted, and go in when that is all of them. The same worker and day twice in one
-- call has been refused before. The LIMITs keep the look-ups on their indexes, whatever the planner believes of a young table.
WITH line AS MATERIALIZED (
  SELECT * FROM unnest(:lines.worker_number, :lines.work_date, :lines.day_hundredths) AS l(worker_number, work_date, day_hundredths)),
sealed AS MATERIALIZED (
  SELECT first_date, last_date FROM sealed_month s
  WHERE s.project_code = :project_code AND s.last_date >= (SELECT min(work_date) FROM line) AND s.first_date <= (SELECT max(work_date) FROM line)),
good AS MATERIALIZED (
  SELECT worker_number, work_date, day_hundredths
  FROM line
  CROSS JOIN LATERAL (
    SELECT 1 FROM agreement a WHERE a.worker_number = line.worker_number AND a.project_code = :project_code
      AND a.workable_from <= line.work_date AND a.end_date >= line.work_date LIMIT 1) agreed
  LEFT JOIN LATERAL (
    SELECT sum(t.day_hundredths) AS taken, bool_or(t.project_code = :project_code) AS here FROM attendance t
    WHERE t.worker_number = line.worker_number AND t.work_date = line.work_date) that_day ON true
  WHERE work_date <= :call.today AND here IS NOT TRUE AND coalesce(taken, 0) + day_hundredths <= 100
    AND NOT EXISTS (SELECT 1 FROM sealed s WHERE work_date BETWEEN s.first_date AND s.last_date)
    AND EXISTS (SELECT 1 FROM project p WHERE p.project_code = :project_code AND p.takes_attendance)),
recorded AS (
  INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
  SELECT :project_code, work_date, worker_number, day_hundredths FROM good
  WHERE (SELECT count(*) FROM good) = (SELECT count(*) FROM line)
  RETURNING day_hundredths)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, count(*)::int4 AS entry_count,
       sum(day_hundredths)::int8 AS total_hundredths
FROM recorded HAVING count(*) > 0
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL
FROM attendance_refusals(:project_code, :lines.worker_number, :lines.work_date, :lines.day_hundredths, :call.today, true)
WHERE NOT EXISTS (SELECT 1 FROM recorded)
