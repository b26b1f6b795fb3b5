-- WithdrawDrawDownRequest -> DrawDownReply
WITH application AS (SELECT * FROM draw_down WHERE project_code = :project_code AND application_code = :application_code),
problem AS (
  SELECT 'DRAW_DOWN_STATE' AS refusal, 'application_code' AS refusal_path, d.draw_down_state AS refusal_detail FROM application d
  WHERE NOT may('draw_down', d.draw_down_state, 'WithdrawDrawDown')
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'application_code', d.applied_by_unit FROM application d WHERE d.applied_by_unit <> :call.unit AND NOT :call.sees_all
), changed AS (
  UPDATE draw_down x SET draw_down_state = 'WITHDRAWN', decided_by = :call.principal, decided_date = :call.today, decision_note = :withdraw_reason
  FROM application d WHERE (x.project_code, x.application_code) = (d.project_code, d.application_code) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.application_code, x.draw_down_state
)
SELECT problem.*, c.project_code, c.application_code, c.draw_down_state FROM problem FULL JOIN changed c ON false
