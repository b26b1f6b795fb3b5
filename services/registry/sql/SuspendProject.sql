-- SuspendProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'SuspendProject')
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'suspend_date', p.start_date::text FROM project_now p WHERE :suspend_date::date < p.start_date
), changed AS (
  UPDATE project p SET project_state = 'SUSPENDED', state_note = :suspend_reason
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
