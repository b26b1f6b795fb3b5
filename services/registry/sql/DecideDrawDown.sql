-- DecideDrawDownRequest -> DrawDownReply
-- To approve, everything is asked again as of today; to refuse, a reason is enough.
WITH application AS (SELECT * FROM draw_down WHERE project_code = :project_code AND application_code = :application_code),
problem AS (
  SELECT 'DRAW_DOWN_STATE' AS refusal, 'application_code' AS refusal_path, d.draw_down_state AS refusal_detail FROM application d
  WHERE NOT may('draw_down', d.draw_down_state, 'DecideDrawDown')
  UNION ALL
  SELECT 'DECISION_UNKNOWN', 'decision', :decision FROM application WHERE :decision NOT IN ('APPROVED', 'REFUSED')
  UNION ALL
  SELECT 'REMARKS_MISSING', 'decision_note', NULL FROM application WHERE :decision = 'REFUSED' AND :decision_note IS NULL
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', d.applied_by FROM application d WHERE d.applied_by = :call.principal
  UNION ALL
  SELECT g.* FROM application d, gate_draw_down(d.project_code, d.fund_code, d.application_code, d.applied_fen, d.progress_bp, :call.today) g
  WHERE :decision = 'APPROVED' AND d.draw_down_state = 'APPLIED'
), changed AS (
  UPDATE draw_down x SET draw_down_state = :decision, decided_by = :call.principal, decided_date = :call.today, decision_note = :decision_note
  FROM application d WHERE (x.project_code, x.application_code) = (d.project_code, d.application_code) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.application_code, x.draw_down_state
)
SELECT problem.*, c.project_code, c.application_code, c.draw_down_state FROM problem FULL JOIN changed c ON false
