-- ListQuarterLedgerRowsRequest -> LedgerRowPage.rows[]
-- Wage lines of the quarter's months, the same that the quarter's figures add up: of sheets that are not void, without lines that a corrected one replaced.
WITH span AS (
  SELECT left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0') AS first_month,
    left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0') AS last_month,
    coalesce(split_part(:page_token, ' ', 1), '') AS project_code, coalesce(split_part(:page_token, ' ', 2), '') AS month,
    coalesce(split_part(:page_token, ' ', 3), '') AS sheet_code, nullif(split_part(:page_token, ' ', 4), '')::int8 AS worker_number)
SELECT 'WAGE' AS row_kind, p.project_code, s.month, s.sheet_code, l.worker_number, l.id_number_mask, l.agreement_code, l.pay_class AS employment_kind,
  l.day_hundredths::int8 AS day_hundredths, l.gross_fen, l.net_fen, CASE l.line_state WHEN 'PAID' THEN l.net_fen ELSE 0 END AS paid_fen, l.line_state,
  p.project_code || ' ' || s.month || ' ' || s.sheet_code || ' ' || l.worker_number AS page_key
FROM span CROSS JOIN project p CROSS JOIN LATERAL (
  SELECT w.month, w.sheet_code FROM wage_sheet w
  WHERE w.project_code = p.project_code AND w.month BETWEEN span.first_month AND span.last_month AND w.sheet_state <> 'VOID'
    AND (p.project_code <> span.project_code OR (w.month, w.sheet_code) >= (span.month, span.sheet_code))) s
CROSS JOIN LATERAL (
  SELECT x.* FROM wage_line x WHERE x.project_code = p.project_code AND x.sheet_code = s.sheet_code AND x.line_state <> 'SUPERSEDED'
    AND x.worker_number > CASE s.sheet_code WHEN span.sheet_code THEN span.worker_number ELSE -1 END
  ORDER BY x.worker_number LIMIT :call.limit) l
WHERE p.bureau_unit_id = :unit_id AND p.project_code >= span.project_code
ORDER BY p.project_code, s.month, s.sheet_code, l.worker_number LIMIT :call.limit
