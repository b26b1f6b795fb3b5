-- ExportPaymentOrderRequest -> ExportPage.rows[]
-- The payment file for a bank that is not on the bus. Who took it and why stands in the journal.
WITH given AS (
  SELECT * FROM payment_order WHERE project_code = :project_code AND order_code = :order_code
),
problem AS (
  SELECT 'ORDER_NOT_FOUND' AS refusal, 'order_code' AS refusal_path, :order_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM given)
  UNION ALL SELECT 'NOT_BY_FILE', 'order_code', order_channel FROM given WHERE order_channel <> 'FILE'
),
page AS (
  SELECT l.worker_number::text AS page_key, l.worker_number, l.account_holder, l.account_no, l.account_no_mask, l.bank_name, l.net_fen, o.line_count,
    o.total_fen, o.order_digest
  FROM given o JOIN payment_line l ON l.project_code = o.project_code AND l.order_code = o.order_code
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND l.worker_number > coalesce(:page_token, '-1')::int8
  ORDER BY l.worker_number LIMIT :call.limit
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN page c ON false ORDER BY c.worker_number
