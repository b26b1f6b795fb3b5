-- AttendanceSealed -> Nothing
-- The month stands only when the rows that came in are as many, and as many days, as the event says. Sealed again after a reopening it
-- has the next number, so that a sheet shows which seal it was drawn from.
WITH came AS (
  SELECT team_name, count(*)::int4 AS worker_count, sum(day_hundredths)::int8 AS day_hundredths
  FROM sealed_attendance WHERE project_code = :project_code AND month = :month GROUP BY team_name
),
total AS (
  SELECT coalesce(sum(worker_count), 0) AS worker_count, coalesce(sum(day_hundredths), 0) AS day_hundredths FROM came
),
problem AS (
  SELECT 'SEALED_ROWS_DIFFER' AS refusal, 'worker_count' AS refusal_path,
    format('%s/%s workers, %s/%s hundredths', worker_count, coalesce(:worker_count, 0), day_hundredths, coalesce(:day_hundredths,
      0)) AS refusal_detail
  FROM total WHERE worker_count <> coalesce(:worker_count, 0) OR day_hundredths <> coalesce(:day_hundredths, 0)
),
sealed AS (
  INSERT INTO sealed_month AS m (project_code, month, attendance_digest, worker_count, day_hundredths, sealed_date)
  SELECT :project_code, :month, :attendance_digest, coalesce(:worker_count, 0), coalesce(:day_hundredths, 0),
    ((:sealed_at_us::timestamptz AT TIME ZONE 'UTC') + interval '8 hours')::date
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, month) DO UPDATE SET attendance_digest = excluded.attendance_digest, worker_count = excluded.worker_count,
    day_hundredths = excluded.day_hundredths, sealed_date = excluded.sealed_date, is_open = false, seal_number = m.seal_number + m.is_open::int4
),
teams AS (
  INSERT INTO sealed_team (project_code, month, team_name, worker_count, day_hundredths)
  SELECT :project_code, :month, team_name, worker_count, day_hundredths FROM came WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, month, team_name) DO UPDATE SET worker_count = excluded.worker_count, day_hundredths = excluded.day_hundredths
)
SELECT refusal, refusal_path, refusal_detail FROM problem
