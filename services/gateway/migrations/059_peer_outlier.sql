-- What of a project can be held against others of its field, whatever their size; and which stand far off: modified z-score above 3.5, that is
-- |x - median| * 0.6745 > 3.5 * MAD, and by a fifth of the median at least, since where all pay alike a fen would be far. Whole numbers: medians are
-- kept doubled. Eight peers at least, or there is no telling.
CREATE VIEW peer_figure AS
SELECT u.quarter, u.consolidation_number, u.unit_id, u.unit_name, u.report_code, l.line_number, l.project_code, l.project_name,
  coalesce(l.field, 'UNSPECIFIED') AS field, m.exception_rule, m.figure_value
FROM consolidation_unit u JOIN report_line l USING (report_code)
  CROSS JOIN LATERAL (VALUES ('PEER_DAY_PAY', l.due_fen * 100 / nullif(l.day_hundredths, 0)),
    ('PEER_DAYS_A_HEAD', l.day_hundredths / nullif(l.absorbed_count, 0)),
    ('PEER_HEAD_PAY', l.paid_fen / nullif(l.absorbed_count, 0))) m(exception_rule, figure_value)
WHERE u.report_state = 'ACCEPTED' AND l.is_counted AND l.day_hundredths > 0 AND m.figure_value IS NOT NULL;

CREATE VIEW peer_outlier AS
WITH middle AS (
  SELECT quarter, consolidation_number, field, exception_rule, count(*)::int4 AS peer_count,
    (array_agg(figure_value ORDER BY figure_value))[(count(*) + 1) / 2] + (array_agg(figure_value ORDER BY figure_value))[count(*) / 2 + 1] AS doubled
  FROM peer_figure GROUP BY quarter, consolidation_number, field, exception_rule HAVING count(*) >= 8),
off AS (
  SELECT f.*, m.peer_count, m.doubled, abs(2 * f.figure_value - m.doubled) AS distance
  FROM peer_figure f JOIN middle m USING (quarter, consolidation_number, field, exception_rule)),
spread AS (
  SELECT quarter, consolidation_number, field, exception_rule,
    (array_agg(distance ORDER BY distance))[(count(*) + 1) / 2] + (array_agg(distance ORDER BY distance))[count(*) / 2 + 1] AS doubled_spread
  FROM off GROUP BY quarter, consolidation_number, field, exception_rule)
SELECT o.quarter, o.consolidation_number, o.exception_rule, o.unit_id, o.unit_name, o.report_code, o.line_number, o.project_code, o.project_name, o.field,
  o.figure_value, o.doubled / 2 AS median_value, o.peer_count
FROM off o JOIN spread s USING (quarter, consolidation_number, field, exception_rule)
WHERE o.distance::numeric * 2 * 6745 > s.doubled_spread::numeric * 35000 AND o.distance * 5 >= o.doubled;
