-- ListNoticeObjectionsRequest -> ListNoticeObjectionsReply.rows[]
-- Parties see what is disputed; who disputes it is seen by the bureau that decides and by those above it only.
SELECT o.project_code, o.notice_code, o.objection_number, o.line_note, o.objection_reason, o.raised_date, o.objection_state, o.resolved_date,
  o.resolution_reason, CASE WHEN :call.sees_all OR p.bureau_unit_id = :call.unit THEN o.objector_name_mask END AS objector_name_mask,
  CASE WHEN :call.sees_all OR p.bureau_unit_id = :call.unit THEN o.objector_phone_mask END AS objector_phone_mask,
  concat_ws('/', o.project_code, o.notice_code, o.objection_number::text) AS page_key
FROM notice_objection o JOIN project p USING (project_code)
WHERE (:project_code IS NULL OR o.project_code = :project_code) AND (:objection_state IS NULL OR o.objection_state = :objection_state)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = o.project_code AND y.unit_id = :call.unit))
  AND (:page_token IS NULL OR (o.project_code, o.notice_code, o.objection_number) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2),
       split_part(:page_token, '/', 3)::int4))
ORDER BY o.project_code, o.notice_code, o.objection_number LIMIT :call.limit
