-- WaiveReliefModelRequest -> ReliefWaiver
WITH problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL SELECT 'MODEL_ADOPTED', 'project_code', relief_model FROM project WHERE project_code = :project_code AND relief_model IS NOT NULL
),
changed AS (
  INSERT INTO relief_waiver (project_code, waiver_reason, waived_by, waived_date)
  SELECT :project_code, :waiver_reason, :call.principal, :call.today WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code) DO UPDATE SET waiver_reason = excluded.waiver_reason, waived_by = excluded.waived_by, waived_date = excluded.waived_date
  RETURNING project_code, waiver_reason, waived_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
