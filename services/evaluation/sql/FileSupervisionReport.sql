-- FileSupervisionReportRequest -> SupervisionReport
WITH problem AS (
  SELECT 'REPORT_MONTH_AHEAD' AS refusal, 'month' AS refusal_path, :month AS refusal_detail WHERE :month > to_char(:call.today, 'YYYY-MM')
),
changed AS (
  INSERT INTO supervision_report (project_code, month, labour_org_note, labour_pay_note, supervisor_unit_id, filed_by, filed_date)
  SELECT :project_code, :month, :labour_org_note, :labour_pay_note, :call.unit, :call.principal, :call.today
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, month, labour_org_note, labour_pay_note, supervisor_unit_id, filed_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
