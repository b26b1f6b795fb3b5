-- ListComplaintsRequest -> ComplaintPage.rows[]
SELECT complaint_code AS page_key, complaint_code, project_code, complaint_source, complaint_state, complaint_note, answer_note, raised_date, answered_date, complainant_name
  IS NULL AS is_anonymous, about_unit_id, due_date, complaint_state IN ('OPEN', 'APPEALED') AND due_date < :call.today AS is_overdue,
  complaint_level(complaint_state, due_date, :call.today) AS escalation_level, appeal_reason, appeal_until_date, final_note, closed_date,
  objection_of
FROM complaint c
WHERE c.complaint_code > coalesce(:page_token, '') AND (:project_code IS NULL OR c.project_code = :project_code)
  AND (:complaint_state IS NULL OR c.complaint_state = :complaint_state)
  AND (NOT :overdue_only OR (c.complaint_state IN ('OPEN', 'APPEALED') AND c.due_date < :call.today))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = c.project_code AND p.unit_id = :call.unit))
ORDER BY c.complaint_code LIMIT :call.limit
