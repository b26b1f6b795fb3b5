-- ListDrawFindingsRequest -> DrawFindingPage.rows[]
SELECT f.draw_number, f.finding_number, d.report_code, d.unit_id, d.quarter, f.line_number, f.project_code, f.row_number, f.draw_fault, f.finding_note,
  f.found_at AS found_at_us, f.draw_number || ' ' || f.finding_number AS page_key
FROM draw_finding f JOIN draw d USING (draw_number)
WHERE (f.draw_number, f.finding_number) > (coalesce(split_part(:page_token, ' ', 1), '0')::int8, coalesce(split_part(:page_token, ' ', 2), '0')::int4)
  AND (:draw_number IS NULL OR f.draw_number = :draw_number) AND (:report_code IS NULL OR d.report_code = :report_code)
  AND (:unit_id IS NULL OR d.unit_id = :unit_id) AND (:quarter IS NULL OR d.quarter = :quarter)
  AND (:call.sees_all OR d.unit_id = :call.unit)
ORDER BY f.draw_number, f.finding_number LIMIT :call.limit
