-- ListLedgerLinesRequest -> LedgerLinePage.rows[]
-- Rows and place in the journal are of one snapshot: the writer commits both together. Superseded lines are given too: who keeps a copy must
-- learn that they no longer count.
WITH head AS (
  SELECT epoch, seq FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1
)
SELECT l.worker_number::text AS page_key, l.project_code, l.sheet_code, head.epoch AS as_of_epoch, head.seq AS as_of_seq,
  l.worker_number, l.id_number_mask, l.agreement_code, l.employment_kind, l.day_hundredths::int8 AS day_hundredths, l.gross_fen,
  l.net_fen, l.line_state, CASE l.line_state WHEN 'PAID' THEN l.net_fen ELSE 0 END AS paid_fen,
  CASE WHEN c.paid_fen IS NOT NULL THEN c.paid_fen WHEN p.line_state = 'PAID' THEN p.net_fen WHEN l.order_code IS NOT NULL THEN 0 END AS bank_fen,
  l.account_no_token, l.account_no_mask, l.confirm_method, l.confirmed_at AS confirmed_at_us, l.pay_class, l.pay_method
FROM head, wage_line l
LEFT JOIN payment_line p ON p.project_code = l.project_code AND p.order_code = l.order_code AND p.worker_number = l.worker_number
LEFT JOIN cash_payment c ON c.project_code = l.project_code AND c.sheet_code = l.sheet_code AND c.worker_number = l.worker_number
WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number > coalesce(:page_token, '-1')::int8
ORDER BY l.worker_number LIMIT :call.limit
