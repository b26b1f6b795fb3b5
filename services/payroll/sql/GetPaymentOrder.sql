-- GetPaymentOrderRequest -> PaymentLinePage.rows[]
-- The payment file: only the bank that was ordered reads it, with open account numbers.
SELECT l.worker_number::text AS page_key, l.worker_number, l.account_holder, l.account_no, l.account_no_mask, l.bank_name,
  l.net_fen, l.line_state,
  l.bank_serial, l.reject_reason, l.reject_code, l.paid_date
FROM payment_order o JOIN payment_line l ON l.project_code = o.project_code AND l.order_code = o.order_code
WHERE o.order_channel = 'BUS' AND o.project_code = :project_code AND o.order_code = :order_code AND o.bank_unit_id = :call.unit
  AND l.worker_number > coalesce(:page_token, '-1')::int8
ORDER BY l.worker_number LIMIT :call.limit
