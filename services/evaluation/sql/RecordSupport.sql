-- RecordSupportRequest -> Support
WITH problem AS (
  SELECT 'SUPPORT_EXISTS' AS refusal, 'support_code' AS refusal_path, :support_code AS refusal_detail
    WHERE EXISTS (SELECT 1 FROM support WHERE project_code = :project_code AND support_code = :support_code)
  UNION ALL SELECT 'SUPPORT_IN_FUTURE', 'support_date', :support_date::text WHERE :support_date > :call.today
  UNION ALL SELECT 'NOT_A_COLLECTIVE', 'collective_unit_id', :collective_unit_id WHERE NOT EXISTS
    (SELECT 1 FROM unit WHERE unit_id = :collective_unit_id AND unit_kind IN ('RURAL_COLLECTIVE', 'VILLAGE_COMMITTEE', 'LABOUR_ORGANISATION'))
),
changed AS (
  INSERT INTO support (project_code, support_code, collective_unit_id, support_date, support_kind, household_count, support_fen, support_note, recorded_by)
  SELECT :project_code, :support_code, :collective_unit_id, :support_date, :support_kind, :household_count, coalesce(:support_fen, 0), :support_note,
    :call.principal WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, support_code, collective_unit_id, support_date, support_kind, household_count, support_fen, support_note
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
