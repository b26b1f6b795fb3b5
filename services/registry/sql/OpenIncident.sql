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
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'OpenIncident', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, :incident_date::date, concat_ws(' ', :incident_code, :incident_note) FROM added x, project_now p
)
SELECT problem.*, a.project_code, a.incident_code, true AS incident_open FROM problem FULL JOIN added a ON false
