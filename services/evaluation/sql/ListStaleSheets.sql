-- ListStaleSheetsRequest -> StaleSheets.rows[]
SELECT project_code, sheet_code, change_number FROM sheet
WHERE change_number <> lines_number AND sheet_state NOT IN ('VOID', 'REOPENED')
ORDER BY project_code, sheet_code LIMIT :call.limit
