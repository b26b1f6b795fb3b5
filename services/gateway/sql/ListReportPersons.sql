-- ListReportPersonsRequest -> ReportPersonPage.rows[]
SELECT line_number, worker_token, sex, is_local, priority_mask, lpad(line_number::text, 9, '0') || encode(worker_token, 'hex') AS page_key
FROM report_person
WHERE report_code = :report_code AND (line_number, worker_token) >
  (coalesce(left(:page_token, 9)::int4, 0), coalesce(decode(substr(:page_token, 10), 'hex'), ''::bytea))
ORDER BY line_number, worker_token LIMIT :call.limit
