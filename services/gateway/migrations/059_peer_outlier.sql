-- What of a project can be held against others of its field, whatever their size; and which stand far off: modified z-score above 3.5, that is
-- |x - median| * 0.6745 > 3.5 * MAD, and by a fifth of the median at least, since where all pay alike a fen would be far. Whole numbers: medians are
-- kept doubled. Eight peers at least, or there is no telling.
CREATE FUNCTION peer_outlier(of_quarter text, of_number int4)
RETURNS TABLE (exception_rule text, unit_id text, unit_name text, report_code text, project_code text, project_name text, field text, figure_value int8,
  median_value int8, peer_count int4) STABLE LANGUAGE sql AS $$
WITH peer AS (
  SELECT u.unit_id, u.unit_name, u.report_code, l.project_code, l.project_name, coalesce(l.field, 'UNSPECIFIED') AS field, m.exception_rule, m.figure_value
  FROM consolidation_unit u JOIN report_line l USING (report_code)
    CROSS JOIN LATERAL (VALUES ('PEER_DAY_PAY', l.due_fen * 100 / nullif(l.day_hundredths, 0)),
      ('PEER_DAYS_A_HEAD', l.day_hundredths / nullif(l.absorbed_count, 0)),
      ('PEER_HEAD_PAY', l.paid_fen / nullif(l.absorbed_count, 0))) m(exception_rule, figure_value)
  WHERE u.quarter = of_quarter AND u.consolidation_number = of_number AND u.report_state = 'ACCEPTED' AND l.is_counted AND l.day_hundredths > 0
    AND m.figure_value IS NOT NULL),
middle AS (
  SELECT field, exception_rule, cardinality(v)::int4 AS peer_count, v[(cardinality(v) + 1) / 2] + v[cardinality(v) / 2 + 1] AS doubled
  FROM (SELECT field, exception_rule, array_agg(figure_value ORDER BY figure_value) AS v FROM peer GROUP BY field, exception_rule HAVING count(*) >= 8) a),
off AS (SELECT p.*, m.peer_count, m.doubled, abs(2 * p.figure_value - m.doubled) AS distance FROM peer p JOIN middle m USING (field, exception_rule)),
spread AS (
  SELECT field, exception_rule, v[(cardinality(v) + 1) / 2] + v[cardinality(v) / 2 + 1] AS doubled_spread
  FROM (SELECT field, exception_rule, array_agg(distance ORDER BY distance) AS v FROM off GROUP BY field, exception_rule) a)
SELECT o.exception_rule, o.unit_id, o.unit_name, o.report_code, o.project_code, o.project_name, o.field, o.figure_value, o.doubled / 2, o.peer_count
FROM off o JOIN spread s USING (field, exception_rule)
WHERE o.distance::numeric * 2 * 6745 > s.doubled_spread::numeric * 35000 AND o.distance * 5 >= o.doubled
$$;
