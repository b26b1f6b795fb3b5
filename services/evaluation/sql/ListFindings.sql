-- ListFindingsRequest -> FindingPage.rows[]
SELECT f.finding_code AS page_key, f.finding_code, f.project_code, f.inspection_code, f.finding_kind, f.involved_fen,
  f.finding_note, f.responsible_unit_id,
    f.due_date, f.finding_state, f.found_date, f.verified_date, f.attempt_count, f.rectification_note, f.verify_note,
    f.finding_state <> 'VERIFIED' AND f.due_date < :call.today AS is_overdue,
  f.recovered_fen, f.involved_fen - f.recovered_fen AS outstanding_fen, x.class_code, x.finding_severity, x.overdue_days, x.escalation_level
FROM finding f
CROSS JOIN LATERAL finding_facts(f.finding_kind, f.class_code, f.finding_state, f.found_date, f.due_date, :call.today) x
WHERE f.finding_code > coalesce(:page_token, '')
  AND (:project_code IS NULL OR f.project_code = :project_code)
  AND (:finding_state IS NULL OR f.finding_state = :finding_state)
  AND (:overdue_only IS NOT TRUE OR (f.finding_state <> 'VERIFIED' AND f.due_date < :call.today))
  AND (:finding_severity IS NULL OR x.finding_severity = :finding_severity) AND (:least_level IS NULL OR x.escalation_level >= :least_level)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = f.project_code AND p.unit_id = :call.unit))
ORDER BY f.finding_code LIMIT :call.limit
