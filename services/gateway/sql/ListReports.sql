-- ListReportsRequest -> ReportPage.rows[]
SELECT r.report_code, r.unit_id, coalesce(u.unit_name, r.unit_id) AS unit_name, r.quarter, r.revision, r.report_state, r.is_zero, r.zero_reason,
  r.restate_reason, r.line_digest, r.made_by, r.checked_by, r.submitted_by, r.submitted_at AS submitted_at_us, r.is_late, r.in_custody,
    r.refusal_note,
  r.decided_by, r.return_reason, r.line_count, r.person_count, r.report_code AS page_key
FROM report r LEFT JOIN unit u USING (unit_id)
WHERE (:quarter IS NULL OR r.quarter = :quarter) AND (:unit_id IS NULL OR r.unit_id = :unit_id) AND (:call.sees_all OR r.unit_id = :call.unit)
  AND r.report_code > coalesce(:page_token, '')
ORDER BY r.report_code LIMIT :call.limit
