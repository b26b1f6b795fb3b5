-- ListNoticesRequest -> ListNoticesReply.rows[]
-- Notices are public: whoever may speak to the node may read them.
SELECT n.project_code, p.project_name, n.notice_code, n.notice_stage, n.notice_kind, n.channels, n.notice_title, n.notice_text, n.published_date,
  n.objection_until AS objection_until_date, n.built_from AS built_from_date, n.built_to AS built_to_date, n.content_note, n.benefit_note,
  n.upkeep_body_name, n.project_code || '/' || n.notice_code AS page_key
FROM notice n JOIN project p USING (project_code)
WHERE (:project_code IS NULL OR n.project_code = :project_code) AND (:notice_stage IS NULL OR n.notice_stage = :notice_stage)
  AND (:channel IS NULL OR :channel = ANY (n.channels))
  AND (NOT :open_for_objection OR coalesce(:as_of_date::date, :call.today) BETWEEN n.published_date AND n.objection_until)
  AND (:page_token IS NULL OR (n.project_code, n.notice_code) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
ORDER BY n.project_code, n.notice_code LIMIT :call.limit
