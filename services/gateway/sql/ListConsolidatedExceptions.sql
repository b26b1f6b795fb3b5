-- ListConsolidatedRequest -> ConsolidatedExceptionPage.rows[]
-- What the accepted reports bear, then who was late and who has not filed, unit by unit; behind all units the projects that two units report.
-- The token is a number, in nine digits, and the unit.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1),
behind AS (SELECT substr(coalesce(:page_token, ''), 10) AS unit_key, coalesce(substring(:page_token FROM '^[0-9]{9}')::int4, 0) AS number_key),
standing AS (
  SELECT u.* FROM consolidation_unit u WHERE u.quarter = :quarter AND u.consolidation_number = (SELECT consolidation_number FROM chosen)),
counted AS (
  SELECT s.unit_id, coalesce(l.origin_unit_id, s.unit_id) AS origin_unit_id, l.project_code,
    coalesce(l.origin_unit_name || '（' || s.unit_name || '）', s.unit_name) AS unit_name, l.line_number
  FROM standing s JOIN report_line l USING (report_code) WHERE s.report_state = 'ACCEPTED' AND l.is_counted),
conflict AS (
  SELECT project_code, string_agg(unit_name, '、' ORDER BY unit_id, line_number) AS unit_names, row_number() OVER (ORDER BY project_code)::int4 AS number
  FROM counted GROUP BY project_code HAVING min(origin_unit_id) <> max(origin_unit_id)),
every AS (
  SELECT s.unit_id AS unit_key, e.exception_number AS number_key, s.unit_id, s.unit_name, e.project_code, e.exception_rule, e.exception_note, s.report_code
  FROM standing s JOIN report_exception e USING (report_code) CROSS JOIN behind b
  WHERE s.report_state = 'ACCEPTED' AND e.severity IS DISTINCT FROM 'INFO' AND s.unit_id >= b.unit_key
  UNION ALL SELECT s.unit_id, 900000000 + w.double_number, s.unit_id, s.unit_name, w.project_code, 'DOUBLE_WORK',
    '与' || coalesce(o.unit_name, w.other_unit_id) || '：' || w.worker_count || '人' || w.day_count || '天', s.report_code
  FROM standing s JOIN double_work_of_line w USING (report_code, quarter, consolidation_number) LEFT JOIN unit o ON o.unit_id = w.other_unit_id
  WHERE s.report_state = 'ACCEPTED'
  UNION ALL SELECT unit_id, 999999998, unit_id, unit_name, NULL, 'LATE_FILING', NULL, NULL FROM standing WHERE is_late
  UNION ALL SELECT unit_id, 999999999, unit_id, unit_name, NULL, 'NOT_FILED', NULL, NULL FROM standing WHERE report_state IN ('MISSING', 'DRAFT')
  UNION ALL SELECT '~', number, NULL, unit_names, project_code, 'PROJECT_OF_TWO_UNITS', NULL, NULL FROM conflict)
SELECT e.unit_id, e.unit_name, e.project_code, e.exception_rule, e.exception_note,
  CASE WHEN e.project_code IS NULL THEN r.unit_note ELSE l.line_note END AS line_note, lpad(e.number_key::text, 9, '0') || e.unit_key AS page_key
FROM every e CROSS JOIN behind b LEFT JOIN report r ON r.report_code = e.report_code
  LEFT JOIN LATERAL (SELECT line_note FROM report_line o WHERE o.report_code = e.report_code AND o.project_code = e.project_code
    ORDER BY line_number LIMIT 1) l ON true
WHERE (e.unit_key COLLATE "C", e.number_key) > (b.unit_key COLLATE "C", b.number_key)
ORDER BY e.unit_key COLLATE "C", e.number_key LIMIT :call.limit
