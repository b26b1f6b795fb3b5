-- ListDraftPartsRequest -> DraftPartPage.rows[]
SELECT d.line_number, d.project_code, d.people_key, d.people_count, d.workforce_mark, g.ledger_key, d.payroll_mark, g.ledger_root, g.ledger_row_count,
  g.ledger_day_hundredths, g.ledger_due_fen, g.ledger_paid_fen, d.line_number::text AS page_key
FROM (
  SELECT r.report_code FROM report r WHERE r.unit_id = :unit_id AND r.quarter = :quarter AND r.filer_unit_id IS NULL
    AND EXISTS (SELECT 1 FROM draft_line x WHERE x.report_code = r.report_code)
  ORDER BY r.revision DESC LIMIT 1) newest
JOIN draft_line d USING (report_code) JOIN report_ledger g USING (report_code, line_number)
WHERE d.line_number > coalesce(:page_token, '0')::int4
ORDER BY d.line_number LIMIT :call.limit
