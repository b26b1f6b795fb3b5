-- PaymentSettled -> Nothing
WITH state AS (
  UPDATE sheet SET sheet_state = :sheet_state, paid_fen = coalesce(:sheet_paid_fen, 0), settled_date = :settled_date,
    change_number = change_number + 1
  WHERE project_code = :project_code AND sheet_code = :sheet_code
)
UPDATE bank_order SET paid_fen = coalesce(:paid_fen, 0) WHERE project_code = :project_code AND order_code = :order_code
