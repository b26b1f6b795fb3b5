-- GetFigureRowsRequest -> FigureRows.rows[]
-- The same lines that Consolidate summed: of accepted reports, counted, and of one reporting unit alone. By source of money a project stands in
-- the row of each of its sources. The whole is summed for the first page; the others have their rows alone.
WITH asked AS (SELECT coalesce(:total_kind, 'ALL') AS total_kind, coalesce(:total_key, '') AS total_key, :figure::text AS figure),
chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1),
problem AS (
  SELECT 'FIGURE_UNKNOWN' AS refusal, 'figure' AS refusal_path, figure AS refusal_detail FROM asked
    WHERE figure LIKE '%per\_head\_fen' OR NOT is_line_figure(figure, total_kind) -- a share of each line, not a part of the whole
  UNION ALL SELECT 'NOT_CONSOLIDATED', 'quarter', :quarter WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'TOTAL_UNKNOWN', 'total_key', concat_ws(' ', a.total_kind, a.total_key) FROM asked a, chosen c
    WHERE NOT EXISTS (SELECT 1 FROM consolidation_total t WHERE (t.quarter, t.consolidation_number, t.total_kind, t.total_key)
      = (c.quarter, c.consolidation_number, a.total_kind, a.total_key))),
total AS (
  SELECT t.quarter, t.consolidation_number, a.total_kind, a.total_key, a.figure,
    ((coalesce(to_jsonb(f), '{}') || to_jsonb(t)) ->> a.figure)::int8 AS total_value
  FROM chosen c CROSS JOIN asked a JOIN consolidation_total t ON (t.quarter, t.consolidation_number, t.total_kind, t.total_key)
      = (c.quarter, c.consolidation_number, a.total_kind, a.total_key)
    LEFT JOIN consolidation_figure f ON (f.quarter, f.consolidation_number, f.total_kind, f.total_key)
      = (c.quarter, c.consolidation_number, a.total_kind, a.total_key)
  WHERE NOT EXISTS (SELECT 1 FROM problem)),
-- The whole, once: projects that two units report are found by counting them all.
unit AS (
  SELECT u.unit_id, u.unit_name, u.report_code FROM total c JOIN consolidation_unit u USING (quarter, consolidation_number)
  WHERE u.report_state = 'ACCEPTED' AND :page_token IS NULL),
conflict AS (
  SELECT l.project_code FROM unit u JOIN report_line l USING (report_code) WHERE l.is_counted
  GROUP BY l.project_code HAVING min(coalesce(l.origin_unit_id, u.unit_id)) <> max(coalesce(l.origin_unit_id, u.unit_id))),
whole AS (
  SELECT count(*)::int4 AS row_count, (count(*) - count(v.figure_value))::int4 AS unknown_count,
    coalesce(sum(v.figure_value), CASE count(*) WHEN 0 THEN 0 END)::int8 AS row_sum_value
  FROM total a CROSS JOIN unit u JOIN report_line l USING (report_code) LEFT JOIN report_line_figure f USING (report_code, line_number)
    LEFT JOIN report_line_fund d ON a.total_kind = 'FUND_SOURCE' AND d.report_code = l.report_code AND d.line_number = l.line_number
      AND d.fund_source = a.total_key
    CROSS JOIN LATERAL (SELECT CASE a.figure WHEN 'fund_fen' THEN d.approved_fen ELSE line_figure(l, f, a.figure) END AS figure_value) v
  WHERE :page_token IS NULL AND l.is_counted AND in_total(a.total_kind, a.total_key, u.unit_id, l, f, d)
    AND (l.project_code IN (SELECT x.project_code FROM conflict x)) IS NOT TRUE),
page AS MATERIALIZED (
  SELECT p.* FROM total t CROSS JOIN LATERAL figure_page(t.quarter, t.consolidation_number, t.total_kind, t.total_key,
    coalesce(split_part(:page_token, '|', 1), ''), coalesce(nullif(split_part(:page_token, '|', 2), '')::int4, 0), :call.limit) p)
(SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, t.quarter, t.consolidation_number, t.total_kind, t.total_key,
  t.figure, t.total_value, CASE WHEN :page_token IS NULL THEN w.row_sum_value END AS row_sum_value,
  coalesce(CASE WHEN :page_token IS NULL THEN w.row_sum_value - t.total_value END, 0)::int8 AS overlap_value, w.row_count, w.unknown_count,
  p.unit_id, p.unit_name, n.node_unit_id, l.report_code, l.line_number, l.project_code, l.project_name, l.origin_unit_id, l.origin_unit_name,
  l.origin_path, CASE t.figure WHEN 'fund_fen' THEN d.approved_fen ELSE line_figure(l, f, t.figure) END AS figure_value,
  p.unit_id || '|' || l.line_number AS page_key
FROM total t CROSS JOIN whole w CROSS JOIN page p JOIN report_line l USING (report_code, line_number)
  LEFT JOIN report_line_figure f USING (report_code, line_number)
  LEFT JOIN report_line_fund d ON d.report_code = p.report_code AND d.line_number = p.line_number AND d.fund_source = t.total_key
  LEFT JOIN child_unit n ON n.unit_id = p.unit_id
ORDER BY p.unit_id, l.line_number)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL FROM problem
