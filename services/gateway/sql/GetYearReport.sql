-- GetYearReportRequest -> YearReport
SELECT r.report_year, r.revision, r.year_report_state, r.revise_reason, r.summary_note, r.practice_note, r.problem_note, r.plan_note, r.made_by,
  r.document_no, r.issued_date, r.issued_by, coalesce(r.issued_date > r.due_date, false) AS is_late, r.report_text, r.text_digest, r.facts_digest,
  r.facts_content
FROM year_report r
WHERE r.report_year = :report_year AND (:revision IS NULL OR r.revision = :revision) AND :call.sees_all
ORDER BY r.revision DESC LIMIT 1
