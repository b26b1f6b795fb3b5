-- ListLedgerBlocksRequest -> StoredLedgerBlocks.rows[]
SELECT b.block_number, b.row_count, b.block_content, b.block_number::text AS page_key
FROM report_ledger g JOIN report_line l USING (report_code, line_number) JOIN ledger_block b ON b.ledger_key = g.ledger_key AND b.project_code = l.project_code
WHERE g.report_code = :report_code AND g.line_number = :line_number AND b.block_number > coalesce(:page_token, '0')::int4
ORDER BY b.block_number LIMIT :call.limit
