-- PublishNoticeRequest -> NoticeReply
WITH project_now AS (
  SELECT p.*, parameter_on('publicity_days', p.division_code, :published_date::date)::int4 AS days FROM project p WHERE p.project_code = :project_code
), older AS (
  SELECT * FROM notice WHERE project_code = :project_code AND notice_code = :replaces_notice_code
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'PublishNotice')
  UNION ALL
  SELECT 'NOTICE_TOO_EARLY', 'notice_stage', p.project_state FROM project_now p
  WHERE (:notice_stage = 'CONSTRUCTION' AND p.start_date IS NULL) OR (:notice_stage = 'COMPLETED' AND p.complete_date IS NULL)
  UNION ALL
  SELECT 'NOTICE_EXISTS', 'notice_code', n.notice_title FROM notice n WHERE n.project_code = :project_code AND n.notice_code = :notice_code
  UNION ALL
  SELECT 'NO_SUCH_NOTICE', 'replaces_notice_code', :replaces_notice_code FROM project_now
  WHERE :replaces_notice_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM older)
  UNION ALL
  SELECT 'NOTICE_DIFFERS', 'replaces_notice_code', o.notice_stage || ' ' || o.notice_kind FROM older o
  WHERE (o.notice_stage, o.notice_kind) <> (:notice_stage, :notice_kind)
  UNION ALL
  SELECT 'NOTICE_REPLACED', 'replaces_notice_code', n.notice_code FROM notice n
  WHERE n.project_code = :project_code AND n.replaces_notice_code = :replaces_notice_code
  UNION ALL
  SELECT 'OBJECTION_TOO_SHORT', 'objection_until_date', p.days::text FROM project_now p
    WHERE :objection_until_date::date < :published_date::date + p.days
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'published_date', :published_date::date::text FROM project_now WHERE :published_date::date > :call.today
), added AS (
  INSERT INTO notice (project_code, notice_code, notice_stage, notice_kind, channels, notice_title, notice_text, states_requirement, published_date,
    objection_until, built_from, built_to, content_note, benefit_note, upkeep_body_name,
    replaces_notice_code, published_by)
  SELECT p.project_code, :notice_code, :notice_stage, :notice_kind, :channels, :notice_title, :notice_text, :states_requirement,
    :published_date::date, coalesce(:objection_until_date::date, :published_date::date + p.days), :built_from_date::date, :built_to_date::date,
    :content_note, :benefit_note, :upkeep_body_name, :replaces_notice_code, :call.principal
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, notice_code, objection_until
), board AS (
  INSERT INTO notice_rights_board (project_code, notice_code, owner_name, general_contractor_name, project_department_name, subcontractor_name,
    competent_bureau_name, labour_officer_name, minimum_wage_fen, pay_date_note, bureau_hotline, inspection_hotline, arbitration_note,
    legal_aid_note, legal_service_hotline)
  SELECT a.project_code, a.notice_code, :rights_board.owner_name, :rights_board.general_contractor_name, :rights_board.project_department_name,
    :rights_board.subcontractor_name, :rights_board.competent_bureau_name, :rights_board.labour_officer_name, :rights_board.minimum_wage_fen,
    :rights_board.pay_date_note, :rights_board.bureau_hotline, :rights_board.inspection_hotline, :rights_board.arbitration_note,
    :rights_board.legal_aid_note, :rights_board.legal_service_hotline
  FROM added a WHERE :notice_kind = 'RIGHTS_BOARD'
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'PublishNotice', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, :published_date::date, concat_ws(' ', x.notice_code, :notice_title) FROM added x, project_now p
)
SELECT problem.*, a.project_code, a.notice_code, a.objection_until AS objection_until_date FROM problem FULL JOIN added a ON false
