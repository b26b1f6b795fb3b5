-- ListEnquiriesRequest -> EnquiryPage.rows[]
SELECT e.order_code || ' ' || e.enquiry_number || ' ' || e.worker_number AS page_key, e.order_code, e.enquiry_number, e.worker_number, l.net_fen, e.asked_date,
  l.line_state IN ('ORDERED', 'UNKNOWN') AS is_open, e.answered_date
FROM payment_enquiry e
JOIN payment_order o ON o.project_code = e.project_code AND o.order_code = e.order_code
JOIN payment_line l ON l.project_code = e.project_code AND l.order_code = e.order_code AND l.worker_number = e.worker_number
WHERE e.project_code = :project_code AND (:order_code IS NULL OR e.order_code = :order_code)
  AND (NOT :open_only OR l.line_state IN ('ORDERED', 'UNKNOWN'))
  AND (:call.sees_all OR o.bank_unit_id = :call.unit OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = e.project_code AND p.unit_id = :call.unit
    AND p.relation <> 'BANK'))
  AND (:page_token IS NULL OR (e.order_code, e.enquiry_number, e.worker_number)
    > (split_part(:page_token, ' ', 1), split_part(:page_token, ' ', 2)::int4, split_part(:page_token, ' ', 3)::int8))
ORDER BY e.order_code, e.enquiry_number, e.worker_number LIMIT :call.limit
