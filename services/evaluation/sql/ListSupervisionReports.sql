-- ListSupervisionReportsRequest -> SupervisionReportPage.rows[]
SELECT month AS page_key, project_code, month, labour_org_note, labour_pay_note, supervisor_unit_id, filed_date
FROM supervision_report WHERE project_code = :project_code AND month > coalesce(:page_token, '') ORDER BY month LIMIT :call.limit
