-- SheetChanged -> Nothing
INSERT INTO sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen,
  attendance_digest,
  due_date, settled_date, filed_date)
VALUES (:project_code, :sheet_code, :month, :sheet_state, coalesce(:line_count, 0), coalesce(:day_hundredths, 0),
  coalesce(:gross_fen, 0),
  coalesce(:net_fen, 0), coalesce(:paid_fen, 0), :attendance_digest, :due_date, :settled_date, :filed_date)
ON CONFLICT (project_code, sheet_code) DO UPDATE SET sheet_state = excluded.sheet_state, line_count = excluded.line_count,
  day_hundredths = excluded.day_hundredths, gross_fen = excluded.gross_fen, net_fen = excluded.net_fen, paid_fen = excluded.paid_fen,
  attendance_digest = excluded.attendance_digest, due_date = excluded.due_date, settled_date = excluded.settled_date,
  filed_date = excluded.filed_date
