-- DecideTaskWaiverRequest -> TaskWaiverReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
waiver AS (
  SELECT w.* FROM task_waiver w JOIN project_now USING (project_code) JOIN project_task t USING (project_code, task_number)
  WHERE w.task_number = :task_number ORDER BY w.round_number DESC LIMIT 1
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p, waiver
  WHERE NOT may('project', p.project_state, 'DecideTaskWaiver')
  UNION ALL
  SELECT 'TASK_WAIVER_STATE', 'task_number', w.waiver_state FROM waiver w WHERE NOT may('task_waiver', w.waiver_state, 'DecideTaskWaiver')
  UNION ALL
  SELECT 'DECISION_UNKNOWN', 'decision', :decision FROM waiver WHERE :decision NOT IN ('APPROVED', 'DECLINED')
  UNION ALL
  SELECT 'REMARKS_MISSING', 'decision_note', NULL FROM waiver WHERE :decision = 'DECLINED' AND :decision_note IS NULL
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', w.asked_by FROM waiver w WHERE w.asked_by = :call.principal
), decided AS (
  UPDATE task_waiver x SET waiver_state = :decision, decided_by = :call.principal, decided_date = :call.today, decision_note = :decision_note
  FROM waiver w WHERE (x.project_code, x.task_number, x.round_number) = (w.project_code, w.task_number, w.round_number)
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.task_number, x.round_number, x.waiver_state
)
SELECT problem.*, d.project_code, d.task_number, d.round_number, d.waiver_state FROM problem FULL JOIN decided d ON false
