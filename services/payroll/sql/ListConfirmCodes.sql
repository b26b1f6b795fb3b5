-- ListConfirmCodesRequest -> ConfirmCodePage.rows[]
-- What the node's own sender still has to tell the workers; a code used, locked or over is not among them.
SELECT c.project_code || ' ' || c.sheet_code || ' ' || c.worker_number AS page_key, c.project_code, c.sheet_code, s.month, c.worker_number, l.net_fen,
  c.confirm_code, c.expires_at AS expires_at_us, c.issue_number
FROM confirm_code c
JOIN wage_sheet s ON s.project_code = c.project_code AND s.sheet_code = c.sheet_code
JOIN wage_line l ON l.project_code = c.project_code AND l.sheet_code = c.sheet_code AND l.worker_number = c.worker_number
WHERE c.confirm_code IS NOT NULL AND c.expires_at > :call.now AND c.attempts_left > 0 AND l.line_state = 'DRAFT' AND s.sheet_state = 'DRAFT'
  AND (c.project_code, c.sheet_code, c.worker_number) > (split_part(coalesce(:page_token, ''), ' ', 1), split_part(coalesce(:page_token, ''), ' ', 2),
    coalesce(nullif(split_part(coalesce(:page_token, ''), ' ', 3), '')::int8, -1))
ORDER BY c.project_code, c.sheet_code, c.worker_number LIMIT :call.limit
