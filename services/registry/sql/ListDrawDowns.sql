-- ListDrawDownsRequest -> ListDrawDownsReply.rows[]
SELECT d.project_code, d.application_code, d.fund_code, l.fund_source, d.applied_fen, d.progress_bp, d.applied_date, d.purpose_note, d.draw_down_state,
  d.applied_by, d.applied_by_unit AS applied_by_unit_id, d.decided_by, d.decided_date, d.decision_note,
  (SELECT a.allocation_code FROM fund_allocation a WHERE a.project_code = d.project_code AND a.application_code = d.application_code) AS allocation_code,
  d.project_code || '/' || d.application_code AS page_key
FROM draw_down d JOIN fund_line l USING (project_code, fund_code)
WHERE (:project_code IS NULL OR d.project_code = :project_code) AND (:draw_down_state IS NULL OR d.draw_down_state = :draw_down_state)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = d.project_code AND y.unit_id = :call.unit))
  AND (:page_token IS NULL OR (d.project_code, d.application_code) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
ORDER BY d.project_code, d.application_code LIMIT :call.limit
