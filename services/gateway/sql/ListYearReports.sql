-- ListYearReportsRequest -> YearReportPage.rows[]
SELECT r.report_year, r.revision, r.year_report_state, r.document_no, r.issued_date, r.as_of_date, r.report_year || '/' || r.revision AS page_key
FROM year_report r
WHERE (:report_year IS NULL OR r.report_year = :report_year) AND :call.sees_all
  AND (:page_token IS NULL OR (r.report_year, r.revision) > (split_part(:page_token, '/', 1)::int4, split_part(:page_token, '/', 2)::int4))
ORDER BY r.report_year, r.revision LIMIT :call.limit
