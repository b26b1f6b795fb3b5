-- ListNoticesRequest -> ListNoticesReply.rows[]
-- Notices are public: whoever may speak to the node may read them.
SELECT n.project_code, p.project_name, n.notice_code, n.notice_stage, n.notice_kind, n.channels, n.notice_title, n.notice_text, n.published_date,
  n.objection_until AS objection_until_date, n.built_from AS built_from_date, n.built_to AS built_to_date, n.content_note, n.benefit_note,
  n.upkeep_body_name, n.replaces_notice_code, x.notice_code AS replaced_by_code,
  (SELECT count(*)::int4 FROM notice_objection o WHERE (o.project_code, o.notice_code) = (n.project_code, n.notice_code) AND o.objection_state = 'OPEN')
    AS open_objection_count,
  EXISTS (SELECT 1 FROM held_lines(n.project_code, n.notice_code) h WHERE h.line_note IS NULL) AS is_held,
  (SELECT array_agg(h.line_note ORDER BY h.line_note) FROM held_lines(n.project_code, n.notice_code) h WHERE h.line_note IS NOT NULL) AS held_lines,
  (SELECT json_strip_nulls(json_build_object('owner_name', b.owner_name, 'general_contractor_name', b.general_contractor_name,
     'project_department_name', b.project_department_name, 'subcontractor_name', b.subcontractor_name, 'competent_bureau_name', b.competent_bureau_name,
     'labour_officer_name', b.labour_officer_name, 'minimum_wage_fen', b.minimum_wage_fen, 'pay_date_note', b.pay_date_note,
     'bureau_hotline', b.bureau_hotline, 'inspection_hotline', b.inspection_hotline, 'arbitration_note', b.arbitration_note,
     'legal_aid_note', b.legal_aid_note, 'legal_service_hotline', b.legal_service_hotline))
   FROM notice_rights_board b WHERE (b.project_code, b.notice_code) = (n.project_code, n.notice_code)) AS rights_board,
  n.project_code || '/' || n.notice_code AS page_key
FROM notice n JOIN project p USING (project_code)
  LEFT JOIN notice x ON x.project_code = n.project_code AND x.replaces_notice_code = n.notice_code
WHERE (:project_code IS NULL OR n.project_code = :project_code) AND (:notice_stage IS NULL OR n.notice_stage = :notice_stage)
  AND (:channel IS NULL OR :channel = ANY (n.channels))
  AND (NOT :open_for_objection OR coalesce(:as_of_date::date, :call.today) BETWEEN n.published_date AND n.objection_until)
  AND (:page_token IS NULL OR (n.project_code, n.notice_code) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
ORDER BY n.project_code, n.notice_code LIMIT :call.limit
