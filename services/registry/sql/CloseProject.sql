-- CloseProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'CloseProject')
  UNION ALL
  SELECT 'NOTICE_MISSING', 'project_code', n.stage FROM project_now p, unnest(ARRAY['AWARD', 'CONSTRUCTION', 'COMPLETED']) n (stage)
  WHERE NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = p.project_code AND x.notice_stage = n.stage)
  UNION ALL
  SELECT 'SIGN_MISSING', 'project_code', NULL FROM project_now p
  WHERE NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = p.project_code AND x.notice_kind = 'PERMANENT_SIGN')
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'close_date', p.accept_date::text FROM project_now p WHERE :close_date::date < p.accept_date
), changed AS (
  UPDATE project p SET project_state = 'CLOSED', close_date = :close_date::date
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
