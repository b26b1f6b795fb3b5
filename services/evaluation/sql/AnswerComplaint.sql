-- AnswerComplaintRequest -> Complaint
WITH former AS (
  SELECT * FROM complaint WHERE project_code = :project_code AND complaint_code = :complaint_code
),
problem AS (
  SELECT 'COMPLAINT_NOT_FOUND' AS refusal, 'complaint_code' AS refusal_path, :complaint_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'COMPLAINT_ANSWERED', 'complaint_code', complaint_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'complaint' AND t.from_state = complaint_state
      AND t.method = 'AnswerComplaint')
),
changed AS (
  UPDATE complaint c SET complaint_state = 'ANSWERED', answer_note = :answer_note, answered_by = :call.principal,
    answered_date = :call.today
  WHERE c.project_code = :project_code AND c.complaint_code = :complaint_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING c.complaint_code, c.project_code, c.complaint_source, c.complaint_state, c.complaint_note, c.answer_note,
    c.raised_date, c.answered_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
