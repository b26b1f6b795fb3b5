-- AddContactReportRequest -> ContactReportReply
WITH problem AS (
  SELECT 'NOT_CONTACT_UNIT' AS refusal, 'project_code' AS refusal_path, :call.unit AS refusal_detail FROM project p
  WHERE p.project_code = :project_code
    AND NOT EXISTS (SELECT 1 FROM project_party y WHERE (y.project_code, y.unit_id, y.relation) = (p.project_code, :call.unit, 'CONTACT'))
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'quarter', :quarter FROM project p WHERE p.project_code = :project_code AND quarter_first_day(:quarter) > :call.today
), placed AS (
  INSERT INTO contact_report (project_code, quarter, report_number, unit_id, recipients, report_note, document_no, reported_by, reported_date)
  SELECT p.project_code, :quarter,
    1 + coalesce((SELECT max(r.report_number) FROM contact_report r WHERE (r.project_code, r.quarter) = (p.project_code, :quarter)), 0), :call.unit,
    (SELECT array_agg(DISTINCT n ORDER BY n) FROM unnest(:recipients) n), :report_note, :document_no, :call.principal, :call.today
  FROM project p WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *
)
SELECT problem.*, r.project_code, r.quarter, r.report_number, r.unit_id, r.recipients, r.reported_date FROM problem FULL JOIN placed r ON false
