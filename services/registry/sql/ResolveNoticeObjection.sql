-- ResolveNoticeObjectionRequest -> NoticeObjectionReply
-- Neither who objected nor who published decides.
WITH objection AS (
  SELECT o.*, n.published_by FROM notice_objection o JOIN notice n USING (project_code, notice_code)
  WHERE o.project_code = :project_code AND o.notice_code = :notice_code AND o.objection_number = :objection_number
), problem AS (
  SELECT 'OBJECTION_RESOLVED' AS refusal, 'objection_number' AS refusal_path, o.objection_state AS refusal_detail FROM objection o
  WHERE NOT may('objection', o.objection_state, 'ResolveNoticeObjection')
  UNION ALL
  SELECT 'DECISION_UNKNOWN', 'resolution', :resolution FROM objection WHERE :resolution NOT IN ('UPHELD', 'DISMISSED')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', :call.principal FROM objection o WHERE :call.principal IN (o.raised_by, o.published_by)
), changed AS (
  UPDATE notice_objection x SET objection_state = :resolution, resolved_by = :call.principal, resolved_date = :call.today,
    resolution_reason = :resolution_reason
  FROM objection o WHERE (x.project_code, x.notice_code, x.objection_number) = (o.project_code, o.notice_code, o.objection_number)
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.notice_code, x.objection_number, x.objection_state
)
SELECT problem.*, c.project_code, c.notice_code, c.objection_number, c.objection_state FROM problem FULL JOIN changed c ON false
