-- SealCloseRequest -> AttendanceSealed
INSERT INTO sealed_month (project_code, month, first_date, last_date, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at,
                          sealed_by)
SELECT :project_code, :month, (:month || '-01')::date, ((:month || '-01')::date + interval '1 month' - interval '1 day')::date,
       :attendance_digest, count(*), sum(attended_days), sum(day_hundredths), :call.now, :call.principal
FROM sealed_worker WHERE project_code = :project_code AND month = :month
RETURNING project_code, month, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at AS sealed_at_us, sealed_by
