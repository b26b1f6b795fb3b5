-- ListMismatchesRequest -> MismatchPage.rows[]
-- Paid lines beside the bank's statement: what has no partner on either side, and partners that do not agree.
WITH line AS (
  SELECT o.bank_unit_id, l.bank_serial, l.order_code, l.worker_number, l.net_fen, l.paid_date, l.account_no_token, l.account_no_mask
  FROM payment_order o JOIN payment_line l ON l.project_code = o.project_code AND l.order_code = o.order_code
  WHERE o.project_code = :project_code AND l.line_state = 'PAID'
),
booked AS (SELECT * FROM bank_statement WHERE project_code = :project_code),
pair AS (
  SELECT CASE WHEN l.bank_serial IS NULL THEN 'STATEMENT_ONLY' WHEN b.bank_serial IS NULL THEN 'LINE_ONLY' WHEN l.net_fen <> b.amount_fen THEN 'AMOUNT_DIFFERS'
      WHEN l.account_no_token <> b.account_no_token THEN 'ACCOUNT_DIFFERS' WHEN l.paid_date <> b.value_date THEN 'DATE_DIFFERS' END AS mismatch,
    coalesce(l.bank_serial, b.bank_serial) AS bank_serial, l.order_code, coalesce(l.worker_number, 0) AS worker_number, coalesce(l.net_fen, 0) AS line_fen,
    coalesce(b.amount_fen, 0) AS statement_fen, l.paid_date, b.value_date, l.account_no_mask, b.account_no_mask AS statement_account_note
  FROM line l FULL JOIN booked b ON b.bank_unit_id = l.bank_unit_id AND b.bank_serial = l.bank_serial
  WHERE coalesce(l.paid_date, b.value_date) BETWEEN :from_date AND :to_date OR b.value_date BETWEEN :from_date AND :to_date
)
SELECT bank_serial || ' ' || mismatch || ' ' || worker_number AS page_key, pair.* FROM pair
WHERE mismatch IS NOT NULL AND :to_date - :from_date <= 366 AND bank_serial || ' ' || mismatch || ' ' || worker_number > coalesce(:page_token, '')
ORDER BY 1 LIMIT :call.limit
