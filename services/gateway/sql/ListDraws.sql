-- ListDrawsRequest -> DrawPage.rows[]
-- A unit sees what is drawn from its reports, a child node what it has to answer.
SELECT d.draw_number, d.report_code, d.unit_id, d.quarter, d.node_unit_id, d.seed, d.row_count, d.draw_state, d.due_date, d.asked_by,
  d.asked_at AS asked_at_us, d.answered_at AS answered_at_us, d.draw_state = 'ASKED' AND d.due_date < :call.today AS is_overdue,
  d.noted_at IS NOT NULL AS is_noted, (SELECT count(*)::int4 FROM draw_finding f WHERE f.draw_number = d.draw_number) AS finding_count,
  (SELECT json_agg(json_build_object('line_number', p.line_number, 'row_number', p.row_number) ORDER BY p.line_number, p.row_number)
    FROM draw_position p WHERE p.draw_number = d.draw_number) AS positions, d.draw_number::text AS page_key
FROM draw d
WHERE d.draw_number > coalesce(:page_token, '0')::int8 AND (:draw_number IS NULL OR d.draw_number = :draw_number)
  AND (:report_code IS NULL OR d.report_code = :report_code) AND (:unit_id IS NULL OR d.unit_id = :unit_id)
  AND (:quarter IS NULL OR d.quarter = :quarter) AND (:draw_state IS NULL OR d.draw_state = :draw_state)
  AND (:call.sees_all OR d.unit_id = :call.unit OR d.node_unit_id = :call.unit)
ORDER BY d.draw_number LIMIT :call.limit
