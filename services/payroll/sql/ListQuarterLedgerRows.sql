-- ListQuarterLedgerRowsRequest -> LedgerRowPage.rows[]
-- A project's wage lines of the quarter's months, the same that the quarter's figures add up: of sheets that are not void, without lines that a
-- corrected one replaced.
WITH behind AS (
  SELECT coalesce(split_part(:page_token, ' ', 1), '') AS month, coalesce(split_part(:page_token, ' ', 2), '') AS sheet_code,
    nullif(split_part(:page_token, ' ', 3), '')::int8 AS worker_number)
SELECT 'WAGE' AS row_kind, l.project_code, s.month, s.sheet_code, l.worker_number, l.id_number_mask, l.agreement_code, l.pay_class AS employment_kind,
  l.day_hundredths::int8 AS day_hundredths, l.gross_fen, l.net_fen, CASE l.line_state WHEN 'PAID' THEN l.net_fen ELSE 0 END AS paid_fen, l.line_state,
  s.month || ' ' || s.sheet_code || ' ' || l.worker_number AS page_key
FROM behind CROSS JOIN LATERAL (
  SELECT w.month, w.sheet_code FROM wage_sheet w
  WHERE w.project_code = :project_code AND w.month BETWEEN left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0')
      AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0') AND w.sheet_state <> 'VOID'
    AND (w.month, w.sheet_code) >= (behind.month, behind.sheet_code)) s
CROSS JOIN LATERAL (
  SELECT x.* FROM wage_line x WHERE x.project_code = :project_code AND x.sheet_code = s.sheet_code AND x.line_state <> 'SUPERSEDED'
    AND x.worker_number > CASE s.sheet_code WHEN behind.sheet_code THEN behind.worker_number ELSE -1 END
  ORDER BY x.worker_number LIMIT :call.limit) l
ORDER BY s.month, s.sheet_code, l.worker_number LIMIT :call.limit
