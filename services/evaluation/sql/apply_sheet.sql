-- SheetChanged -> Nothing
-- Lines are wanted from the workers' confirmation on, and again when the sums say that something happened to them.
INSERT INTO sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen,
  attendance_digest, due_date, settled_date, filed_date, sheet_kind, relief_gross_fen, relief_net_fen, change_number)
VALUES (:project_code, :sheet_code, :month, :sheet_state, coalesce(:line_count, 0), coalesce(:day_hundredths, 0),
  coalesce(:gross_fen, 0), coalesce(:net_fen, 0), coalesce(:paid_fen, 0), :attendance_digest, :due_date, :settled_date, :filed_date,
  coalesce(:sheet_kind, 'REGULAR'), coalesce(:relief_gross_fen, 0), coalesce(:relief_net_fen, 0),
  CASE WHEN :sheet_state = 'DRAFT' THEN 0 ELSE 1 END)
ON CONFLICT (project_code, sheet_code) DO UPDATE SET sheet_state = excluded.sheet_state, line_count = excluded.line_count,
  day_hundredths = excluded.day_hundredths, gross_fen = excluded.gross_fen, net_fen = excluded.net_fen, paid_fen = excluded.paid_fen,
  attendance_digest = excluded.attendance_digest, due_date = excluded.due_date, settled_date = excluded.settled_date,
  filed_date = excluded.filed_date, sheet_kind = excluded.sheet_kind, relief_gross_fen = excluded.relief_gross_fen,
  relief_net_fen = excluded.relief_net_fen, change_number = sheet.change_number + CASE WHEN excluded.sheet_state <> 'DRAFT' AND
    (sheet.sheet_state, sheet.line_count, sheet.net_fen, sheet.paid_fen, sheet.attendance_digest) IS DISTINCT FROM
    (CASE sheet.sheet_state WHEN 'DRAFT' THEN '' ELSE sheet.sheet_state END, excluded.line_count, excluded.net_fen, excluded.paid_fen,
      excluded.attendance_digest) THEN 1 ELSE 0 END
