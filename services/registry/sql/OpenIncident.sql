-- OpenIncidentRequest -> IncidentReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'OpenIncident')
  UNION ALL
  SELECT 'INCIDENT_EXISTS', 'incident_code', NULL FROM safety_incident i WHERE i.project_code = :project_code AND i.incident_code = :incident_code
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'incident_date', :incident_date::date::text FROM project_now WHERE :incident_date::date > :call.today
), added AS (
  INSERT INTO safety_incident (project_code, incident_code, incident_date, incident_note)
  SELECT p.project_code, :incident_code, :incident_date::date, :incident_note FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, incident_code
)
SELECT problem.*, a.project_code, a.incident_code, true AS incident_open FROM problem FULL JOIN added a ON false
