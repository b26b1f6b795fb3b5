-- PaymentOrdered -> Nothing
-- From now on money is on its way: the month under the sheet stays sealed.
UPDATE wage_sheet SET sheet_state = coalesce(:sheet_state, 'ORDERED') WHERE project_code = :project_code AND sheet_code = :sheet_code
