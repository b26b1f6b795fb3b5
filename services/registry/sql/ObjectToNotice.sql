-- ObjectToNoticeRequest -> NoticeObjectionReply
-- A notice is public, so whoever is known may object while its time runs. The line is the notice's own words, so that what is held is plain.
WITH wanted AS (SELECT * FROM notice WHERE project_code = :project_code AND notice_code = :notice_code),
problem AS (
  SELECT 'OBJECTION_LATE' AS refusal, 'notice_code' AS refusal_path, n.objection_until::text AS refusal_detail FROM wanted n
  WHERE :call.today > n.objection_until
  UNION ALL
  SELECT 'LINE_NOT_IN_NOTICE', 'line_note', NULL FROM wanted n LEFT JOIN notice_rights_board b USING (project_code, notice_code)
  WHERE position(:line_note IN concat_ws(E'\n', n.notice_title, n.notice_text, n.content_note, n.benefit_note, n.upkeep_body_name, b.owner_name,
    b.general_contractor_name, b.project_department_name, b.subcontractor_name, b.competent_bureau_name, b.labour_officer_name, b.pay_date_note,
    b.bureau_hotline, b.inspection_hotline, b.arbitration_note, b.legal_aid_note, b.legal_service_hotline)) = 0
), added AS (
  INSERT INTO notice_objection (project_code, notice_code, objection_number, line_note, objection_reason, objector_name, objector_phone,
    objector_name_mask, objector_phone_mask, raised_by, raised_date, objection_state)
  SELECT n.project_code, n.notice_code, 1 + coalesce((SELECT max(o.objection_number) FROM notice_objection o
      WHERE (o.project_code, o.notice_code) = (n.project_code, n.notice_code)), 0), :line_note, :objection_reason, :objector_name, :objector_phone,
    :objector_name_mask, :objector_phone_mask, :call.principal, :call.today, 'OPEN'
  FROM wanted n WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
)
SELECT problem.*, a.project_code, a.notice_code, a.objection_number, a.objection_state, a.line_note, a.objection_reason, a.raised_date
FROM problem FULL JOIN added a ON false
