-- AttendanceReopened -> Nothing
-- The month may change: its rows go, nothing more is drawn from it, and what was drawn but not ordered is stopped at once. The daemon makes
-- those sheets void by a call of its own (VoidReopenedSheet), so that others hear of it. Sheets that were ordered stand; what the new
-- seal changes for them becomes a supplementary sheet.
WITH opened AS (
  UPDATE sealed_month SET is_open = true, rows_differ = false WHERE project_code = :project_code AND month = :month
),
gone AS (
  DELETE FROM sealed_attendance WHERE project_code = :project_code AND month = :month
),
teamless AS (
  DELETE FROM sealed_team WHERE project_code = :project_code AND month = :month
)
UPDATE wage_sheet SET sheet_state = 'REOPENED', void_reason = '考勤月份重新开放：' || :reopen_reason
WHERE project_code = :project_code AND month = :month AND attempt_count = 0
  AND sheet_state IN ('DRAFT', 'WORKER_CONFIRMED', 'SUPERVISOR_REVIEWED', 'OWNER_APPROVED', 'PUBLICISED')
