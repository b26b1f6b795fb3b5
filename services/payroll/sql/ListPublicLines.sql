-- ListPublicLinesRequest -> PublicLinePage.rows[]
-- What hangs on the board: names masked by character, the last four of the ID number, pay in full (facts D.10). Anybody reads it while it hangs;
-- afterwards those who have to do with the project.
SELECT l.line_number::text AS page_key, l.line_number,
  mask_name(l.worker_name) AS worker_mask,
  l.id_number_mask, l.day_hundredths::int8 AS day_hundredths, l.rate_fen, l.gross_fen, l.deduction_fen, l.net_fen, p.project_name,
    s.month, s.hotline,
  s.publicity_end_date
FROM wage_sheet s JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code
LEFT JOIN project p ON p.project_code = s.project_code
WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code AND s.publicity_start_date IS NOT NULL AND s.sheet_state <> 'VOID'
  AND (:call.today <= s.publicity_end_date OR :call.sees_all
       OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = s.project_code AND y.unit_id = :call.unit))
  AND l.line_state <> 'SUPERSEDED'
  AND l.line_number > coalesce(:page_token, '0')::int4
ORDER BY l.line_number LIMIT :call.limit
