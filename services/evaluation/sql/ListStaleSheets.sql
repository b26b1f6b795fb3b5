-- ListStaleSheetsRequest -> StaleSheets.rows[]
SELECT sheet_code AS page_key, project_code, sheet_code, change_number FROM sheet
WHERE change_number <> lines_number AND sheet_state NOT IN ('VOID', 'REOPENED') AND sheet_code > coalesce(:page_token, '')
ORDER BY sheet_code LIMIT :call.limit
