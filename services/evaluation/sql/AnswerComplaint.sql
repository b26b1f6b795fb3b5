-- AnswerComplaintRequest -> Complaint
WITH former AS (
  SELECT * FROM complaint WHERE project_code = :project_code AND complaint_code = :complaint_code
),
problem AS (
  SELECT 'COMPLAINT_NOT_FOUND' AS refusal, 'complaint_code' AS refusal_path, :complaint_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'COMPLAINT_ANSWERED', 'complaint_code', complaint_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'complaint' AND t.from_state = complaint_state AND t.method = 'AnswerComplaint')
  UNION ALL SELECT 'ANSWER_NOT_OWN', 'complaint_code', about_unit_id FROM former WHERE about_unit_id = :call.unit
),
changed AS (
  UPDATE complaint SET complaint_state = 'ANSWERED', answer_note = :answer_note, answered_by = :call.principal, answered_date = :call.today,
    appeal_until_date = :call.today + (complaint_policy_on(:call.today)).appeal_days
  WHERE project_code = :project_code AND complaint_code = :complaint_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING complaint_code, project_code, complaint_source, complaint_state, complaint_note, answer_note, raised_date, answered_date, complainant_name
  IS NULL AS is_anonymous, about_unit_id, due_date, complaint_state IN ('OPEN', 'APPEALED') AND due_date < :call.today AS is_overdue,
  complaint_level(complaint_state, due_date, :call.today) AS escalation_level, appeal_reason, appeal_until_date, final_note, closed_date,
  objection_of
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
