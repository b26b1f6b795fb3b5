-- AttendanceSealed -> Nothing
-- The month stands only when the rows that came in are as many, and as many days, as the event says. Sealed again after a reopening it
-- has the next number, so that a sheet shows which seal it was drawn from. Rows that differ are not drawn from (DrawWageSheet says so):
-- the month may have been opened again since, and what comes next puts it right.
WITH came AS (
  SELECT team_name, count(*)::int4 AS worker_count, sum(day_hundredths)::int8 AS day_hundredths
  FROM sealed_attendance WHERE project_code = :project_code AND month = :month GROUP BY team_name
),
total AS (
  SELECT coalesce(sum(worker_count), 0) <> coalesce(:worker_count, 0) OR coalesce(sum(day_hundredths), 0) <> coalesce(:day_hundredths, 0) AS rows_differ
  FROM came
),
teams AS (
  INSERT INTO sealed_team (project_code, month, team_name, worker_count, day_hundredths)
  SELECT :project_code, :month, c.team_name, c.worker_count, c.day_hundredths FROM came c, total WHERE NOT total.rows_differ
  ON CONFLICT (project_code, month, team_name) DO UPDATE SET worker_count = excluded.worker_count, day_hundredths = excluded.day_hundredths
)
INSERT INTO sealed_month AS m (project_code, month, attendance_digest, worker_count, day_hundredths, sealed_date, is_open, rows_differ)
SELECT :project_code, :month, :attendance_digest, coalesce(:worker_count, 0), coalesce(:day_hundredths, 0),
  ((:sealed_at_us::timestamptz AT TIME ZONE 'UTC') + interval '8 hours')::date, rows_differ, rows_differ FROM total
ON CONFLICT (project_code, month) DO UPDATE SET attendance_digest = excluded.attendance_digest, worker_count = excluded.worker_count,
  day_hundredths = excluded.day_hundredths, sealed_date = excluded.sealed_date, seal_number = m.seal_number + m.is_open::int4, is_open = excluded.is_open,
  rows_differ = excluded.rows_differ
