-- ListConsolidatedRequest -> ConsolidatedExceptionPage.rows[]
-- What the accepted reports bear, in the order of units; late and missing units and conflicts stand in the consolidated report itself. The token is
-- the exception's number, in nine digits, and the unit.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT u.unit_id, u.unit_name, e.project_code, e.exception_rule, e.exception_note,
  CASE WHEN e.project_code IS NULL THEN r.unit_note ELSE l.line_note END AS line_note, lpad(e.exception_number::text, 9, '0') || u.unit_id AS page_key
FROM consolidation_unit u JOIN report r USING (report_code)
  CROSS JOIN LATERAL (
    SELECT x.report_code, x.exception_number, x.project_code, x.exception_rule, x.exception_note, x.severity FROM report_exception x
    WHERE x.report_code = r.report_code
    UNION ALL SELECT w.report_code, 900000000 + w.double_number, w.project_code, 'DOUBLE_WORK',
      '与' || coalesce(o.unit_name, w.other_unit_id) || '：' || w.worker_count || '人' || w.day_count || '天', 'WARN'
    FROM double_work_of_line w LEFT JOIN unit o ON o.unit_id = w.other_unit_id
    WHERE w.report_code = r.report_code AND w.quarter = u.quarter AND w.consolidation_number = u.consolidation_number) e
  LEFT JOIN LATERAL (SELECT line_note FROM report_line o WHERE o.report_code = e.report_code AND o.project_code = e.project_code
    ORDER BY line_number LIMIT 1) l ON true
WHERE u.quarter = :quarter AND u.consolidation_number = (SELECT consolidation_number FROM chosen)
  AND u.report_state = 'ACCEPTED' AND e.severity IS DISTINCT FROM 'INFO' AND u.unit_id >= substr(coalesce(:page_token, ''), 10)
  AND (u.unit_id, e.exception_number) > (substr(coalesce(:page_token, ''), 10), coalesce(substring(:page_token FROM '^[0-9]{9}')::int4, 0))
ORDER BY u.unit_id, e.exception_number LIMIT :call.limit
