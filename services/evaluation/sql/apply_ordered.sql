-- PaymentOrdered -> Nothing
WITH state AS (
  UPDATE sheet SET sheet_state = :sheet_state WHERE project_code = :project_code AND sheet_code = :sheet_code
)
INSERT INTO bank_order (project_code, order_code, sheet_code, total_fen, paid_fen)
VALUES (:project_code, :order_code, :sheet_code, coalesce(:total_fen, 0), 0)
ON CONFLICT (project_code, order_code) DO UPDATE SET total_fen = excluded.total_fen
