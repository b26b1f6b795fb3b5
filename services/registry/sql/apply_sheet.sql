-- SheetChanged -> Nothing
INSERT INTO followed_sheet (project_code, sheet_code, month, sheet_state, net_fen, paid_fen, due_date)
VALUES (:project_code, :sheet_code, :month, :sheet_state, coalesce(:net_fen, 0), coalesce(:paid_fen, 0), :due_date)
ON CONFLICT (project_code, sheet_code) DO UPDATE SET month = excluded.month, sheet_state = excluded.sheet_state, net_fen = excluded.net_fen,
  paid_fen = excluded.paid_fen, due_date = excluded.due_date
