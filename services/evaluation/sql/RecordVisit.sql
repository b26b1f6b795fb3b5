-- RecordVisitRequest -> Visit
WITH problem AS (
  SELECT 'VISIT_IN_FUTURE' AS refusal, 'visit_date' AS refusal_path, :visit_date::text AS refusal_detail WHERE :visit_date > :call.today
  UNION ALL SELECT 'VISIT_EXISTS', 'visit_code', :visit_code
    WHERE EXISTS (SELECT 1 FROM visit WHERE project_code = :project_code AND visit_code = :visit_code)
  UNION ALL SELECT 'SUPPORT_UNSAID', 'support_note', :visit_kind WHERE :visit_kind <> 'VISIT' AND :support_note IS NULL
),
changed AS (
  INSERT INTO visit (project_code, visit_code, visit_date, visit_kind, visitor_names, visit_note, support_note, contact_unit_id, recorded_by)
  SELECT :project_code, :visit_code, :visit_date, :visit_kind, :visitor_names, :visit_note, :support_note, :call.unit, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, visit_code, visit_date, visit_kind, visitor_names, visit_note, support_note, contact_unit_id
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
