-- AddComplaintRequest -> Complaint
WITH policy AS (SELECT (complaint_policy_on(:call.today)).*),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL SELECT 'NOT_A_PARTY', 'about_unit_id', :about_unit_id WHERE :about_unit_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM project_party WHERE project_code = :project_code AND unit_id = :about_unit_id)
  UNION ALL SELECT 'QUERY_DIGEST_LENGTH', 'query_digest', NULL WHERE length(:query_digest) <> 32
  UNION ALL SELECT 'PHONE_WITHOUT_NAME', 'complainant_name', NULL WHERE :complainant_phone IS NOT NULL AND :complainant_name IS NULL
),
changed AS (
  INSERT INTO complaint (project_code, complaint_code, complaint_source, complaint_state, complaint_note, raised_by, raised_date, due_date,
    complainant_name, complainant_phone, about_unit_id, query_digest)
  SELECT :project_code, :project_code || '-C' || (SELECT count(*) + 1 FROM complaint WHERE project_code = :project_code), :complaint_source, 'OPEN',
    :complaint_note, :call.principal, :call.today, :call.today + policy.answer_days, :complainant_name, :complainant_phone, :about_unit_id, :query_digest
  FROM policy WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING complaint_code, project_code, complaint_source, complaint_state, complaint_note, answer_note, raised_date, answered_date, complainant_name
  IS NULL AS is_anonymous, about_unit_id, due_date, complaint_state IN ('OPEN', 'APPEALED') AND due_date < :call.today AS is_overdue,
  complaint_level(complaint_state, due_date, :call.today) AS escalation_level, appeal_reason, appeal_until_date, final_note, closed_date,
  objection_of
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
