-- PaymentSettled -> Nothing
UPDATE wage_sheet SET sheet_state = coalesce(:sheet_state, sheet_state), settled_date = coalesce(:settled_date, settled_date)
WHERE project_code = :project_code AND sheet_code = :sheet_code
