-- ObjectToNoticeRequest -> NoticeObjectionReply
-- A notice is public, so whoever is known may object while its time runs.
WITH wanted AS (SELECT * FROM notice WHERE project_code = :project_code AND notice_code = :notice_code),
problem AS (
  SELECT 'OBJECTION_LATE' AS refusal, 'notice_code' AS refusal_path, n.objection_until::text AS refusal_detail FROM wanted n
  WHERE :call.today > n.objection_until
), added AS (
  INSERT INTO notice_objection (project_code, notice_code, objection_number, line_note, objection_reason, objector_name, objector_phone, raised_by,
    raised_date, objection_state)
  SELECT n.project_code, n.notice_code, 1 + coalesce((SELECT max(o.objection_number) FROM notice_objection o
      WHERE (o.project_code, o.notice_code) = (n.project_code, n.notice_code)), 0), :line_note, :objection_reason, :objector_name, :objector_phone,
    :call.principal, :call.today, 'OPEN'
  FROM wanted n WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
)
SELECT problem.*, a.project_code, a.notice_code, a.objection_number, a.objection_state, a.line_note, a.objection_reason, a.raised_date
FROM problem FULL JOIN added a ON false
