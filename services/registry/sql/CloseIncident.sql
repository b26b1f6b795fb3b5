-- CloseIncidentRequest -> IncidentReply
WITH incident AS (SELECT * FROM safety_incident WHERE project_code = :project_code AND incident_code = :incident_code),
problem AS (
  SELECT 'INCIDENT_CLOSED' AS refusal, 'incident_code' AS refusal_path, i.closed_date::text AS refusal_detail FROM incident i
    WHERE i.closed_date IS NOT NULL
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'closed_date', i.incident_date::text FROM incident i WHERE :closed_date::date < i.incident_date
), changed AS (
  UPDATE safety_incident x SET closed_date = :closed_date::date, closing_note = :closing_note FROM incident i
  WHERE (x.project_code, x.incident_code) = (i.project_code, i.incident_code) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.incident_code
)
SELECT problem.*, c.project_code, c.incident_code, false AS incident_open FROM problem FULL JOIN changed c ON false
