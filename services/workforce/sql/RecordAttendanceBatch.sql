-- RecordAttendanceBatchRequest -> RecordAttendanceBatchReply
-- All or nothing: the lines that pass every check go in when that is all of them; else RecordAttendanceBatch_reasons says why. The same
-- worker and day twice in one call has been refused before.
WITH line AS MATERIALIZED (
  SELECT * FROM unnest(:lines.worker_number, :lines.work_date, :lines.day_hundredths) AS l(worker_number, work_date, day_hundredths)),
sealed AS MATERIALIZED (
  SELECT first_date, last_date FROM closed_month s
  WHERE s.project_code = :project_code AND s.last_date >= (SELECT min(work_date) FROM line) AND s.first_date <= (SELECT max(work_date) FROM line)),
taken AS MATERIALIZED ( -- as a rule none
  SELECT worker_number, work_date, sum(CASE WHEN t.project_code = :project_code THEN 100 ELSE t.day_hundredths END) AS hundredths
  FROM line JOIN attendance t USING (worker_number, work_date) GROUP BY worker_number, work_date),
good AS MATERIALIZED (
  SELECT line.worker_number, line.work_date, line.day_hundredths
  FROM line JOIN agreement a ON a.worker_number = line.worker_number AND a.project_code = :project_code
    AND a.workable_from <= line.work_date AND a.end_date >= line.work_date
  WHERE line.work_date <= :call.today AND line.day_hundredths BETWEEN 1 AND 100
    AND NOT EXISTS (SELECT 1 FROM taken t WHERE t.worker_number = line.worker_number AND t.work_date = line.work_date
                      AND t.hundredths + line.day_hundredths > 100)
    AND NOT EXISTS (SELECT 1 FROM sealed s WHERE line.work_date BETWEEN s.first_date AND s.last_date)
    AND EXISTS (SELECT 1 FROM project p WHERE p.project_code = :project_code AND p.takes_attendance)),
recorded AS (
  INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
  SELECT :project_code, work_date, worker_number, day_hundredths FROM good
  WHERE (SELECT count(*) FROM good) = (SELECT count(*) FROM line)
  RETURNING day_hundredths)
SELECT count(*)::int4 AS entry_count, sum(day_hundredths)::int8 AS total_hundredths FROM recorded HAVING count(*) > 0
