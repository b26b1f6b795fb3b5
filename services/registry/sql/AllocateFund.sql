-- AllocateFundRequest -> FundReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
line AS (SELECT * FROM fund_line WHERE project_code = :project_code AND fund_code = :fund_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AllocateFund')
  UNION ALL
  SELECT 'NO_SUCH_FUND', 'fund_code', :fund_code FROM project_now WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL
  SELECT 'OVER_ALLOCATED', 'allocation_fen', format('%s + %s > %s', l.allocated_fen, :allocation_fen, l.approved_fen) FROM line l
  WHERE l.allocated_fen + :allocation_fen > l.approved_fen
  UNION ALL
  SELECT 'ALLOCATION_EXISTS', 'allocation_code', :allocation_code FROM fund_allocation a
  WHERE a.project_code = :project_code AND a.allocation_code = :allocation_code
  UNION ALL
  SELECT 'RELIEF_CLAUSE_MISSING', 'relief_clause', NULL FROM project_now WHERE NOT :relief_clause
  UNION ALL
  SELECT 'PROGRESS_OVER_FULL', 'progress_bp', :progress_bp::text FROM project_now WHERE :progress_bp > 10000
), added AS (
  INSERT INTO fund_allocation (project_code, allocation_code, fund_code, allocation_fen, progress_bp, allocation_date, document_no)
  SELECT l.project_code, :allocation_code, l.fund_code, :allocation_fen, :progress_bp, :allocation_date::date, :document_no
  FROM line l WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, fund_code, allocation_fen
), changed AS (
  UPDATE fund_line f SET allocated_fen = f.allocated_fen + a.allocation_fen FROM added a
  WHERE f.project_code = a.project_code AND f.fund_code = a.fund_code RETURNING f.project_code, f.fund_code, f.fund_source
)
SELECT problem.*, s.*, f.fund_code, k.fund_level, k.fiscal
FROM problem FULL JOIN (changed f JOIN fund_source_kind k USING (fund_source) CROSS JOIN LATERAL project_snapshot(f.project_code) s) ON false
