-- SealCloseRequest -> AttendanceSealed
WITH span AS (
  SELECT (:month || '-01')::date AS first_date, ((:month || '-01')::date + interval '1 month' - interval '1 day')::date AS last_date),
closed AS (
  UPDATE project p SET sealed = p.sealed + datemultirange(daterange(first_date, last_date, '[]')) FROM span WHERE p.project_code = :project_code)
INSERT INTO sealed_month (project_code, month, first_date, last_date, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at,
                          sealed_by)
SELECT :project_code, :month, span.first_date, span.last_date, :attendance_digest, count(*), sum(attended_days), sum(day_hundredths), :call.now,
       :call.principal
FROM sealed_worker, span WHERE project_code = :project_code AND month = :month GROUP BY span.first_date, span.last_date
RETURNING project_code, month, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at AS sealed_at_us, sealed_by
