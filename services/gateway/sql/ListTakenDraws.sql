-- ListTakenDrawsRequest -> TakenDrawPage.rows[]
-- What was drawn from this node's reports, without the answers themselves.
SELECT t.seed, t.draw_number, t.report_code, t.row_count, t.due_date, t.taken_at AS taken_at_us, encode(t.seed, 'hex') AS page_key
FROM taken_draw t JOIN report r USING (report_code)
WHERE t.seed > decode(coalesce(:page_token, ''), 'hex') AND (:report_code IS NULL OR t.report_code = :report_code)
  AND (NOT :recent_only OR t.due_date >= :call.today - 31)
  AND (:call.sees_all OR r.unit_id = :call.unit)
ORDER BY t.seed LIMIT :call.limit
