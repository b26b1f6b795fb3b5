-- ListReportLinesRequest -> UnitBelowPage.rows[]
SELECT unit_id, unit_name, origin_path, report_state, is_late, origin_path AS page_key FROM report_below
WHERE report_code = :report_code AND origin_path > coalesce(:page_token, '') ORDER BY origin_path LIMIT :call.limit
