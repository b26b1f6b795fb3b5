-- ListLedgerMarksRequest -> LedgerMarkPage.rows[]
SELECT p.project_code, m.mark AS ledger_mark, p.project_code AS page_key
FROM project p LEFT JOIN ledger_mark m ON m.project_code = p.project_code AND m.quarter = :quarter
WHERE p.bureau_unit_id = :unit_id AND p.project_code > coalesce(:page_token, '')
ORDER BY p.project_code LIMIT :call.limit
