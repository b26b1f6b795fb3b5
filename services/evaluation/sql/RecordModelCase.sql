-- RecordModelCaseRequest -> ModelCase
WITH chosen AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'CASE_EXISTS', 'case_code', :case_code WHERE EXISTS (SELECT 1 FROM model_case WHERE case_code = :case_code)
  UNION ALL SELECT 'CASE_IN_FUTURE', 'published_date', :published_date::text WHERE :published_date > :call.today
  UNION ALL SELECT 'CASE_HAS_FINDINGS', 'project_code', string_agg(finding_code, ' ' ORDER BY finding_code) FROM finding
    WHERE project_code = :project_code AND finding_state <> 'VERIFIED' HAVING count(*) > 0
),
added AS (
  INSERT INTO model_case (case_code, case_title, project_code, case_channel, published_date, practice_note, unit_id, recorded_by)
  SELECT :case_code, :case_title, :project_code, :case_channel, :published_date, :practice_note, :call.unit, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
),
changed AS (
  SELECT a.case_code, a.case_title, a.project_code, c.project_name, a.case_channel, a.published_date, a.practice_note, a.unit_id FROM added a, chosen c
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
