-- ListComplaintsRequest -> ComplaintPage.rows[]
SELECT c.complaint_code AS page_key, c.complaint_code, c.project_code, c.complaint_source, c.complaint_state, c.complaint_note,
  c.answer_note,
  c.raised_date, c.answered_date
FROM complaint c
WHERE c.complaint_code > coalesce(:page_token, '')
  AND (:project_code IS NULL OR c.project_code = :project_code)
  AND (:complaint_state IS NULL OR c.complaint_state = :complaint_state)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = c.project_code AND p.unit_id = :call.unit))
ORDER BY c.complaint_code LIMIT :call.limit
