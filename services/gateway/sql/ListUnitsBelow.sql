-- ListConsolidatedRequest -> UnitBelowPage.rows[]
-- Late or missing beneath the units whose reports went in; the token is the path.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT b.unit_id, b.unit_name, b.origin_path, b.report_state, b.is_late, b.origin_path AS page_key
FROM chosen c JOIN consolidation_unit u USING (quarter, consolidation_number) JOIN report_below b USING (report_code)
WHERE u.report_state = 'ACCEPTED' AND b.origin_path > coalesce(:page_token, '') ORDER BY b.origin_path LIMIT :call.limit
