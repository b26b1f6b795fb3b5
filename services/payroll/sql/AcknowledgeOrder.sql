-- AcknowledgeOrderRequest -> OrderAcknowledged
-- The bank has every line, unaltered; what it received must be what was ordered. Again changes nothing.
WITH given AS (
  SELECT * FROM payment_order WHERE project_code = :project_code AND order_code = :order_code
),
problem AS (
  SELECT 'ORDER_NOT_FOUND' AS refusal, 'order_code' AS refusal_path, :order_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM given)
  UNION ALL SELECT 'NOT_THE_BANK', 'order_code', bank_unit_id FROM given WHERE bank_unit_id <> :call.unit
  UNION ALL SELECT 'COUNT_DIFFERS', 'line_count', coalesce(:line_count, 0) || ' <> ' || line_count FROM given WHERE line_count <> coalesce(:line_count, 0)
  UNION ALL SELECT 'TOTAL_DIFFERS', 'total_fen', coalesce(:total_fen, 0) || ' <> ' || total_fen FROM given WHERE total_fen <> coalesce(:total_fen, 0)
  UNION ALL SELECT 'ORDER_DIGEST_DIFFERS', 'order_digest', NULL FROM given WHERE order_digest IS DISTINCT FROM :order_digest
),
changed AS (
  UPDATE payment_order o SET acknowledged_date = coalesce(o.acknowledged_date, :call.today), acknowledged_by = coalesce(o.acknowledged_by, :call.principal)
  WHERE o.project_code = :project_code AND o.order_code = :order_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING o.project_code, o.order_code, o.acknowledged_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
