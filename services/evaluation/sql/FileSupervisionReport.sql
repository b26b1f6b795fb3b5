-- FileSupervisionReportRequest -> SupervisionReport
INSERT INTO supervision_report (project_code, month, labour_org_note, labour_pay_note, supervisor_unit_id, filed_by, filed_date)
VALUES (:project_code, :month, :labour_org_note, :labour_pay_note, :call.unit, :call.principal, :call.today)
RETURNING project_code, month, labour_org_note, labour_pay_note, supervisor_unit_id, filed_date
