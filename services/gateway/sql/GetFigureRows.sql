-- GetFigureRowsRequest -> FigureRows.rows[]
-- The same lines that Consolidate summed: of accepted reports, counted, and of one unit alone. A figure is looked up by its name in the line
-- and in the total, so that a figure which both learn to say is here without another word.
WITH asked AS (SELECT coalesce(:total_kind, 'ALL') AS total_kind, coalesce(:total_key, '') AS total_key, :figure::text AS figure),
figure_alias AS ( -- what a total counts or sums of a field of another name
  SELECT * FROM (VALUES ('listed_count', 'listed_in_quarter', true), ('begun_count', 'started_in_quarter', true),
    ('accepted_count', 'accepted_in_quarter', true), ('cumulative_listed_count', 'listed_in_year', true),
    ('cumulative_begun_count', 'started_in_year', true), ('cumulative_accepted_count', 'accepted_in_year', true),
    ('invested_delta_fen', 'invested_quarter_delta_fen', false), ('cumulative_invested_delta_fen', 'invested_year_delta_fen', false))
    AS a(figure, name, is_flag)),
chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1),
total AS (
  SELECT t.quarter, t.consolidation_number, ((coalesce(to_jsonb(f), '{}') || to_jsonb(t)) ->> a.figure)::int8 AS total_value
  FROM chosen c JOIN consolidation_total t USING (quarter, consolidation_number)
    LEFT JOIN consolidation_figure f USING (quarter, consolidation_number, total_kind, total_key) CROSS JOIN asked a
  WHERE t.total_kind = a.total_kind AND t.total_key = a.total_key
    AND a.figure NOT IN ('quarter', 'total_kind', 'total_key', 'consolidation_number')),
line AS (
  SELECT u.unit_id, u.unit_name, l.*, place_key(f.division_code, l.origin_path) AS place_key, to_jsonb(f) AS figures,
    min(coalesce(l.origin_unit_id, u.unit_id)) OVER project <> max(coalesce(l.origin_unit_id, u.unit_id)) OVER project AS is_conflict
  FROM chosen c JOIN consolidation_unit u USING (quarter, consolidation_number) JOIN report_line l USING (report_code)
    LEFT JOIN report_line_figure f USING (report_code, line_number)
  WHERE u.report_state = 'ACCEPTED' AND l.is_counted WINDOW project AS (PARTITION BY l.project_code)),
picked AS (
  SELECT l.unit_id, l.unit_name, l.report_code, l.line_number, l.project_code, l.project_name, l.origin_unit_id, l.origin_unit_name, l.origin_path,
    CASE WHEN a.figure = 'project_count' THEN 1
      WHEN a.figure = 'started_count' THEN (l.project_state IN ('CONSTRUCTION', 'SUSPENDED', 'COMPLETED', 'ACCEPTED', 'CLOSED'))::int4
      WHEN a.figure = 'fund_fen' THEN d.approved_fen
      WHEN n.name IS NOT NULL AND n.is_flag THEN (l.figures -> n.name = 'true')::int4
      WHEN n.name IS NOT NULL THEN (l.figures ->> n.name)::int8
      WHEN a.figure LIKE '%relief\_paid\_fen' THEN coalesce(l.figures ->> a.figure, f.facts ->> replace(a.figure, 'relief_', ''))::int8
      WHEN a.figure LIKE '%\_unknown\_count' THEN (f.facts ->> (left(a.figure, -14) || '_fen') IS NULL)::int4
      ELSE (f.facts ->> a.figure)::int8 END AS figure_value
  FROM line l CROSS JOIN asked a CROSS JOIN LATERAL (SELECT coalesce(l.figures, '{}') || to_jsonb(l) AS facts) f
    LEFT JOIN figure_alias n ON n.figure = a.figure
    LEFT JOIN report_line_fund d ON a.total_kind = 'FUND_SOURCE' AND d.report_code = l.report_code AND d.line_number = l.line_number
      AND d.fund_source = a.total_key
  WHERE NOT l.is_conflict AND CASE a.total_kind WHEN 'ALL' THEN true WHEN 'FUND_SOURCE' THEN d.fund_source IS NOT NULL
    ELSE a.total_key = CASE a.total_kind WHEN 'UNIT' THEN l.unit_id WHEN 'TOWNSHIP' THEN l.place_key
      ELSE coalesce(f.facts ->> lower(a.total_kind), 'UNSPECIFIED') END END),
whole AS (
  SELECT count(*)::int4 AS row_count, (count(*) - count(figure_value))::int4 AS unknown_count,
    coalesce(sum(figure_value), CASE count(*) WHEN 0 THEN 0 END)::int8 AS row_sum_value FROM picked),
known AS (
  SELECT jsonb_exists(to_jsonb(t) || to_jsonb(g), a.figure) AND a.figure ~ '_(fen|count|hundredths)$'
      AND (jsonb_exists(to_jsonb(f) || to_jsonb(l), a.figure) OR a.figure IN ('project_count', 'started_count') OR n.name IS NOT NULL
        OR (a.figure = 'fund_fen' AND a.total_kind = 'FUND_SOURCE')
        OR (a.figure LIKE '%\_unknown\_count' AND jsonb_exists(to_jsonb(l), left(a.figure, -14) || '_fen'))) AS is_known
  FROM asked a LEFT JOIN figure_alias n ON n.figure = a.figure CROSS JOIN (SELECT (NULL::consolidation_total).*) t
    CROSS JOIN (SELECT (NULL::consolidation_figure).*) g CROSS JOIN (SELECT (NULL::report_line).*) l CROSS JOIN (SELECT (NULL::report_line_figure).*) f),
problem AS (
  SELECT 'FIGURE_UNKNOWN' AS refusal, 'figure' AS refusal_path, figure AS refusal_detail FROM asked CROSS JOIN known WHERE NOT is_known
  UNION ALL SELECT 'NOT_CONSOLIDATED', 'quarter', :quarter WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'TOTAL_UNKNOWN', 'total_key', concat_ws(' ', total_kind, total_key) FROM asked, chosen WHERE NOT EXISTS (SELECT 1 FROM total))
(SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, t.quarter, t.consolidation_number, a.total_kind, a.total_key,
  a.figure, t.total_value, w.row_sum_value, coalesce(w.row_sum_value - t.total_value, 0)::int8 AS overlap_value, w.row_count, w.unknown_count,
  p.unit_id, p.unit_name, n.node_unit_id, p.report_code, p.line_number, p.project_code, p.project_name,
  p.origin_unit_id, p.origin_unit_name, p.origin_path, p.figure_value, p.unit_id || '|' || p.line_number AS page_key
FROM total t CROSS JOIN asked a CROSS JOIN whole w CROSS JOIN picked p LEFT JOIN child_unit n ON n.unit_id = p.unit_id
WHERE NOT EXISTS (SELECT 1 FROM problem)
  AND (:page_token IS NULL OR (p.unit_id, p.line_number) > (split_part(:page_token, '|', 1), split_part(:page_token, '|', 2)::int4))
ORDER BY p.unit_id, p.line_number LIMIT :call.limit)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL FROM problem
