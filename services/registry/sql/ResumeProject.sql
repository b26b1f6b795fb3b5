-- ResumeProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ResumeProject')
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'resume_date', p.start_date::text FROM project_now p WHERE :resume_date::date < p.start_date
), changed AS (
  UPDATE project p SET project_state = 'CONSTRUCTION', state_note = NULL
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
