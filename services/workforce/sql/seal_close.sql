-- SealCloseRequest -> AttendanceSealed
WITH sealing AS (DELETE FROM sealing_month WHERE project_code = :project_code AND month = :month AND finished RETURNING *)
INSERT INTO sealed_month (project_code, month, first_date, last_date, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at,
                          sealed_by, reopening_number)
SELECT s.project_code, s.month, s.first_date, s.last_date, :attendance_digest, count(*), sum(f.attended_days), sum(f.day_hundredths), :call.now,
       :call.principal, (SELECT max(r.reopening_number) FROM reopening r
                         WHERE r.project_code = s.project_code AND r.month = s.month AND r.reopen_state = 'APPROVED')
FROM sealing s JOIN frozen_worker f ON f.project_code = s.project_code AND f.month = s.month
GROUP BY s.project_code, s.month, s.first_date, s.last_date
RETURNING project_code, month, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at AS sealed_at_us, sealed_by, reopening_number
