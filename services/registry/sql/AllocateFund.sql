-- AllocateFundRequest -> FundReply
-- Before the works begin money is put in place; once they run it follows their progress, on an approved application, whose conditions are
-- asked once more: this is the last gate before money leaves (R144).
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
line AS (SELECT * FROM fund_line WHERE project_code = :project_code AND fund_code = :fund_code),
application AS (SELECT * FROM draw_down WHERE project_code = :project_code AND application_code = :application_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AllocateFund')
  UNION ALL
  SELECT 'NO_SUCH_FUND', 'fund_code', :fund_code FROM project_now WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL
  SELECT 'OVER_ALLOCATED', 'allocation_fen', format('%s + %s > %s', l.allocated_fen, :allocation_fen, l.approved_fen) FROM line l
  WHERE l.allocated_fen + :allocation_fen > l.approved_fen
  UNION ALL
  SELECT 'DRAW_DOWN_MISSING', 'application_code', p.project_state FROM project_now p
  WHERE :application_code IS NULL AND p.project_state NOT IN ('APPROVED', 'AWARDED')
    AND parameter_on('draw_down_required', p.division_code, :call.today) = 1
  UNION ALL
  SELECT 'NO_SUCH_DRAW_DOWN', 'application_code', :application_code FROM project_now
  WHERE :application_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM application)
  UNION ALL
  SELECT 'DRAW_DOWN_STATE', 'application_code', d.draw_down_state FROM application d WHERE NOT may('draw_down', d.draw_down_state, 'AllocateFund')
  UNION ALL
  SELECT 'DRAW_DOWN_DIFFERS', 'allocation_fen', format('%s %s', d.fund_code, d.applied_fen) FROM application d
  WHERE d.fund_code <> :fund_code OR d.applied_fen < :allocation_fen
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', d.applied_by FROM application d WHERE d.applied_by = :call.principal
  UNION ALL
  SELECT g.* FROM application d, gate_money(d.project_code, :call.today) g
  UNION ALL
  SELECT 'ALLOCATION_EXISTS', 'allocation_code', :allocation_code FROM fund_allocation a
  WHERE a.project_code = :project_code AND a.allocation_code = :allocation_code
  UNION ALL
  SELECT 'RELIEF_CLAUSE_MISSING', 'relief_clause', NULL FROM project_now WHERE NOT :relief_clause
  UNION ALL
  SELECT 'PROGRESS_OVER_FULL', 'progress_bp', :progress_bp::text FROM project_now WHERE :progress_bp > 10000
), added AS (
  INSERT INTO fund_allocation (project_code, allocation_code, fund_code, allocation_fen, progress_bp, allocation_date, document_no,
    application_code)
  SELECT l.project_code, :allocation_code, l.fund_code, :allocation_fen, :progress_bp, :allocation_date::date, :document_no,
    :application_code
  FROM line l WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, fund_code, allocation_fen
), used AS (
  UPDATE draw_down d SET draw_down_state = 'ALLOCATED' FROM added a WHERE d.project_code = a.project_code AND d.application_code = :application_code
), changed AS (
  UPDATE fund_line f SET allocated_fen = f.allocated_fen + a.allocation_fen FROM added a
  WHERE f.project_code = a.project_code AND f.fund_code = a.fund_code RETURNING f.project_code, f.fund_code, f.fund_source
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AllocateFund', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, :allocation_date::date, concat_ws(' ', :allocation_code, :document_no) FROM changed x, project_now p
)
SELECT problem.*, s.*, f.fund_code, k.fund_level, k.fiscal
FROM problem FULL JOIN (changed f JOIN fund_source_kind k USING (fund_source) CROSS JOIN LATERAL project_snapshot(f.project_code) s) ON false
