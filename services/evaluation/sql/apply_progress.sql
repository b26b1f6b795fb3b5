-- ProgressReported -> Nothing
INSERT INTO progress (project_code, month, reported_as, version_number, progress_bp)
VALUES (:project_code, :month, coalesce(:reported_as, ''), coalesce(:version_number, 0), coalesce(:progress_bp, 0))
ON CONFLICT (project_code, month, reported_as) DO UPDATE SET version_number = excluded.version_number, progress_bp = excluded.progress_bp
WHERE progress.version_number <= excluded.version_number
