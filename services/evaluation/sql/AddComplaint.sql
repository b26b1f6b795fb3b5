-- AddComplaintRequest -> Complaint
WITH problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
),
changed AS (
  INSERT INTO complaint (project_code, complaint_code, complaint_source, complaint_state, complaint_note, raised_by, raised_date)
  SELECT :project_code, :project_code || '-C' || (SELECT count(*) + 1 FROM complaint WHERE project_code = :project_code),
    :complaint_source, 'OPEN',
    :complaint_note, :call.principal, :call.today WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING complaint_code, project_code, complaint_source, complaint_state, complaint_note, raised_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
