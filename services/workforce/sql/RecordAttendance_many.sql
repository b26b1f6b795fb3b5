-- RecordAttendanceRequest[] -> RecordAttendanceReply
-- Entries that nothing speaks against, for workers who have no other entry of that day, neither recorded nor among these.
WITH entry AS MATERIALIZED (
  SELECT e.*, count(*) OVER (PARTITION BY worker_number, work_date) AS alike
  FROM unnest(:project_code, :worker_number, :work_date, :day_hundredths, :call.today)
       WITH ORDINALITY AS e(project_code, worker_number, work_date, day_hundredths, today, place)),
good AS MATERIALIZED (
  SELECT e.project_code, e.worker_number, e.work_date, e.day_hundredths, e.place
  FROM entry e JOIN agreement a ON a.worker_number = e.worker_number AND a.project_code = e.project_code
    AND a.workable_from <= e.work_date AND a.end_date >= e.work_date
  JOIN project p ON p.project_code = e.project_code
  WHERE e.alike = 1 AND e.day_hundredths BETWEEN 1 AND 100 AND e.work_date <= e.today AND p.takes_attendance AND NOT p.sealed @> e.work_date
    AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.worker_number = e.worker_number AND t.work_date = e.work_date)),
recorded AS (
  INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
  SELECT project_code, work_date, worker_number, day_hundredths FROM good)
SELECT (place - 1)::int4 AS call_index, day_hundredths AS recorded_hundredths FROM good
