-- AddMajorMatterRequest -> MajorMatterReply
WITH problem AS (
  SELECT 'MATTER_EXISTS' AS refusal, 'matter_code' AS refusal_path, x.matter_title AS refusal_detail FROM major_matter x
  WHERE x.matter_code = :matter_code
  UNION ALL
  SELECT 'NO_SUCH_MECHANISM', 'division_code', :division_code WHERE NOT EXISTS (SELECT 1 FROM mechanism m WHERE m.division_code = :division_code)
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'matter_date', :matter_date::date::text WHERE :matter_date::date > :call.today
  UNION ALL
  SELECT 'NO_SUCH_PROJECT', 'about_project_code', :about_project_code
  WHERE :about_project_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = :about_project_code
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit)))
  UNION ALL
  SELECT 'NOT_YOUR_MATTER', 'about_project_code', NULL
  WHERE :about_project_code IS NULL AND NOT :call.sees_all AND NOT belongs_to_mechanism(:division_code, :call.unit, :call.today)
), placed AS (
  INSERT INTO major_matter (matter_code, division_code, unit_id, matter_date, matter_title, matter_note, about_project_code, report_due_date,
    added_by)
  SELECT :matter_code, :division_code, :call.unit, :matter_date::date, :matter_title, :matter_note, :about_project_code,
    :matter_date::date + parameter_on('major_matter_report_days', :division_code, :matter_date::date)::int4, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
)
SELECT problem.*, x.matter_code, x.division_code, x.unit_id, x.matter_date, x.matter_title, x.about_project_code, x.report_due_date
FROM problem FULL JOIN placed x ON false
