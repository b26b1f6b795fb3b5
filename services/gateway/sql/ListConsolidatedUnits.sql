-- ListConsolidatedRequest -> UnitStatusPage.rows[]
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT u.unit_id, u.unit_name, u.report_state, u.is_zero, u.is_late, u.report_code, u.submitted_at AS submitted_at_us, u.unit_id AS page_key
FROM consolidation_unit u
WHERE u.quarter = :quarter AND u.consolidation_number = (SELECT consolidation_number FROM chosen)
  AND u.unit_id > coalesce(:page_token, '') ORDER BY u.unit_id LIMIT :call.limit
