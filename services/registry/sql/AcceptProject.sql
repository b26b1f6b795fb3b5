-- AcceptProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AcceptProject')
  UNION ALL
  SELECT 'INCIDENT_OPEN', 'project_code', i.incident_code FROM safety_incident i WHERE i.project_code = :project_code AND i.closed_date IS NULL
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'accept_date', p.complete_date::text FROM project_now p WHERE :accept_date::date < p.complete_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'accept_date', :accept_date::date::text FROM project_now WHERE :accept_date::date > :call.today
), changed AS (
  UPDATE project p SET project_state = 'ACCEPTED', accept_date = :accept_date::date, state_note = :document_no, upkeep_body_name = :upkeep_body_name,
    upkeep_rules_digest = :upkeep_rules_digest
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
