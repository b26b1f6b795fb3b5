-- SheetChanged -> Nothing
INSERT INTO wage_sheet (project_code, sheet_code, month, sheet_state, settled_date)
SELECT :project_code, :sheet_code, :month, :sheet_state, :settled_date
ON CONFLICT (project_code, sheet_code) DO UPDATE SET month = excluded.month, sheet_state = excluded.sheet_state, settled_date = excluded.settled_date
