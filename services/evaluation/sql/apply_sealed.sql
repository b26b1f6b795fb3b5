-- AttendanceSealed -> Nothing
INSERT INTO sealed_month (project_code, month, attendance_digest, worker_count, day_hundredths)
VALUES (:project_code, :month, :attendance_digest, coalesce(:worker_count, 0), coalesce(:day_hundredths, 0))
ON CONFLICT (project_code, month) DO UPDATE SET attendance_digest = excluded.attendance_digest, worker_count = excluded.worker_count,
  day_hundredths = excluded.day_hundredths
