-- ListLedgerSweptRequest -> LedgerSweptPage.rows[]
SELECT s.ledger_key, s.project_code, s.unit_id, s.quarter, s.block_count, s.row_count, s.kept_until AS kept_until_date, s.swept_by, s.swept_at AS swept_at_us,
  s.project_code || ' ' || encode(s.ledger_key, 'hex') AS page_key
FROM ledger_sweep s
WHERE s.unit_id = :unit_id AND s.quarter = :quarter AND (:call.sees_all OR s.unit_id = :call.unit)
  AND s.project_code || ' ' || encode(s.ledger_key, 'hex') > coalesce(:page_token, '')
ORDER BY s.project_code || ' ' || encode(s.ledger_key, 'hex') LIMIT :call.limit
