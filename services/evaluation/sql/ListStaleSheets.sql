-- ListStaleSheetsRequest -> StaleSheets.rows[]
SELECT project_code, sheet_code, change_number FROM sheet
WHERE change_number <> lines_number AND sheet_state <> 'VOID'
ORDER BY project_code, sheet_code LIMIT :call.limit
