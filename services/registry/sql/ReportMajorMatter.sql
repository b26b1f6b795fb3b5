-- ReportMajorMatterRequest -> MajorMatterReply
-- The time of the report is the time of the call: a stamp, not a statement. Further reports on the same matter are kept beside it.
WITH matter AS (SELECT * FROM major_matter WHERE matter_code = :matter_code),
problem AS (
  SELECT 'NOT_KEEPER' AS refusal, 'matter_code' AS refusal_path, :call.unit AS refusal_detail FROM matter x
  WHERE NOT keeps_mechanism(x.division_code, :call.unit, :call.sees_all)
), placed AS (
  INSERT INTO matter_report (matter_code, report_number, reported_to_name, document_no, report_note, reported_by, reported_at, reported_date)
  SELECT x.matter_code, 1 + coalesce((SELECT max(r.report_number) FROM matter_report r WHERE r.matter_code = x.matter_code), 0), :reported_to_name,
    :document_no, :report_note, :call.principal, :call.now, :call.today
  FROM matter x WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING matter_code, report_number
)
SELECT problem.*, x.matter_code, x.division_code, x.unit_id, x.matter_date, x.matter_title, x.about_project_code, x.report_due_date, p.report_number,
  coalesce((SELECT r.reported_at FROM matter_report r WHERE (r.matter_code, r.report_number) = (x.matter_code, 1)), :call.now) AS reported_at_us
FROM problem FULL JOIN (placed p JOIN matter x USING (matter_code)) ON false
