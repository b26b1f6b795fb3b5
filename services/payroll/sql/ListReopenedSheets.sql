-- ListReopenedSheetsRequest -> ReopenedSheetPage.rows[]
SELECT project_code || ' ' || sheet_code AS page_key, project_code, sheet_code FROM wage_sheet
WHERE sheet_state = 'REOPENED' AND (project_code, sheet_code) > (split_part(coalesce(:page_token, ''), ' ', 1), split_part(coalesce(:page_token, ''), ' ', 2))
ORDER BY project_code, sheet_code LIMIT :call.limit
