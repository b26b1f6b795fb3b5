-- ApplyDrawDownRequest -> DrawDownReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ApplyDrawDown')
  UNION ALL
  SELECT 'NO_SUCH_FUND', 'fund_code', :fund_code FROM project_now
  WHERE NOT EXISTS (SELECT 1 FROM fund_line l WHERE l.project_code = :project_code AND l.fund_code = :fund_code)
  UNION ALL
  SELECT 'DRAW_DOWN_EXISTS', 'application_code', d.draw_down_state FROM draw_down d
  WHERE d.project_code = :project_code AND d.application_code = :application_code
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'applied_date', :applied_date::date::text FROM project_now WHERE :applied_date::date > :call.today
  UNION ALL
  SELECT g.* FROM project_now p, gate_draw_down(p.project_code, :fund_code, :application_code, :applied_fen, :progress_bp, :call.today) g
), added AS (
  INSERT INTO draw_down (project_code, application_code, fund_code, applied_fen, progress_bp, applied_date, purpose_note, draw_down_state,
    applied_by, applied_by_unit)
  SELECT p.project_code, :application_code, :fund_code, :applied_fen, :progress_bp, coalesce(:applied_date::date, :call.today), :purpose_note,
    'APPLIED', :call.principal, coalesce(:call.unit, '')
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'ApplyDrawDown', p.project_state, p.project_state, :call.principal, coalesce(:call.unit, ''),
    :call.now, x.applied_date, concat_ws(' ', x.application_code, x.fund_code, x.applied_fen::text) FROM added x, project_now p
)
SELECT problem.*, a.project_code, a.application_code, a.draw_down_state FROM problem FULL JOIN added a ON false
