-- ListCircularsRequest -> CircularPage.rows[]
SELECT c.quarter, c.circular_number, c.consolidation_number, c.circular_state, c.document_no, c.issued_date,
  c.quarter || '/' || c.circular_number AS page_key
FROM circular c
WHERE (:quarter IS NULL OR c.quarter = :quarter) AND (:call.sees_all
    OR (c.circular_state = 'ISSUED' AND EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = c.quarter AND e.unit_id = :call.unit)))
  AND (:page_token IS NULL OR (c.quarter, c.circular_number) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)::int4))
ORDER BY c.quarter, c.circular_number LIMIT :call.limit
