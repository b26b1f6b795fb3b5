-- PaymentSettled -> Nothing
UPDATE followed_sheet SET sheet_state = :sheet_state, paid_fen = coalesce(:sheet_paid_fen, 0)
WHERE project_code = :project_code AND sheet_code = :sheet_code
