-- AttendanceReopened -> Nothing
WITH rows_gone AS (
  DELETE FROM attended WHERE project_code = :project_code AND month = :month
)
DELETE FROM sealed_month WHERE project_code = :project_code AND month = :month
