-- ListExceptionsRequest -> PaymentExceptionPage.rows[]
SELECT e.order_code || ' ' || e.exception_number AS page_key, e.project_code, e.order_code, e.exception_number, e.worker_number, e.stored_result, e.stored_serial,
  e.reported_result, nullif(e.reported_serial, '') AS reported_serial, e.reported_date, e.exception_state, e.resolution, e.resolution_note, e.resolved_date
FROM payment_exception e
WHERE e.project_code = :project_code AND (:exception_state IS NULL OR e.exception_state = :exception_state)
  AND (:page_token IS NULL OR (e.order_code, e.exception_number) > (split_part(:page_token, ' ', 1), split_part(:page_token, ' ', 2)::int4))
ORDER BY e.order_code, e.exception_number LIMIT :call.limit
