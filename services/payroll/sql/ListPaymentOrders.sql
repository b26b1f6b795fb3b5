-- ListPaymentOrdersRequest -> PaymentOrderPage.rows[]
SELECT o.order_code AS page_key, o.order_code, o.sheet_code, o.project_code, o.month, o.attempt, o.bank_unit_id, o.order_state,
  o.line_count, o.total_fen,
  o.paid_count, o.failed_count, o.unknown_count, o.paid_fen, o.ordered_date, o.wage_account_code, o.order_channel,
  o.order_digest, o.acknowledged_date, o.answered_date, o.exception_count
FROM payment_order o
WHERE o.order_code > coalesce(:page_token, '')
  AND (:project_code IS NULL OR o.project_code = :project_code)
  AND (:sheet_code IS NULL OR o.sheet_code = :sheet_code)
  AND (:order_state IS NULL OR o.order_state = :order_state)
  AND (:call.sees_all OR o.bank_unit_id = :call.unit
       OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = o.project_code AND p.unit_id = :call.unit
         AND p.relation <> 'BANK'))
ORDER BY o.order_code LIMIT :call.limit
