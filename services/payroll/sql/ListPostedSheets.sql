-- ListPostedSheetsRequest -> PostedSheetPage.rows[]
-- Newest first; people are counted once, whatever they have lines for.
SELECT s.month || '/' || s.sheet_code AS page_key, s.sheet_code, s.month, s.team_name, s.publicity_start_date, s.publicity_end_date, l.people_count,
  s.day_hundredths::int8 AS day_hundredths, s.gross_fen, s.deduction_fen, s.net_fen, s.hotline, s.place_note,
  :call.today BETWEEN s.publicity_start_date AND s.publicity_end_date AS is_open
FROM wage_sheet s
  CROSS JOIN LATERAL (SELECT count(DISTINCT x.worker_number)::int4 AS people_count FROM wage_line x
                      WHERE x.project_code = s.project_code AND x.sheet_code = s.sheet_code AND x.line_state <> 'SUPERSEDED') l
WHERE s.project_code = :project_code AND s.publicity_start_date IS NOT NULL AND s.sheet_state <> 'VOID'
  AND (:sheet_code IS NULL OR s.sheet_code = :sheet_code)
  AND (:page_token IS NULL OR (s.month, s.sheet_code) < (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
ORDER BY s.month DESC, s.sheet_code DESC LIMIT :call.limit
