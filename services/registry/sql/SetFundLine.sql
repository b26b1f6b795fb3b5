-- SetFundLineRequest -> FundReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'SetFundLine')
  UNION ALL
  SELECT 'FUND_BELOW_ALLOCATED', 'approved_fen', f.allocated_fen::text FROM fund_line f
  WHERE f.project_code = :project_code AND f.fund_code = :fund_code AND :approved_fen < f.allocated_fen
), placed AS (
  INSERT INTO fund_line (project_code, fund_code, fund_source, fund_purpose, special_fund, reconstruction, approved_fen, allocated_fen,
    document_no)
  SELECT p.project_code, :fund_code, :fund_source, coalesce(:fund_purpose, 'CONSTRUCTION'), :special_fund, :reconstruction, :approved_fen, 0,
    :document_no
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, fund_code) DO UPDATE SET fund_source = excluded.fund_source, fund_purpose = excluded.fund_purpose,
    special_fund = excluded.special_fund, reconstruction = excluded.reconstruction, approved_fen = excluded.approved_fen,
    document_no = coalesce(excluded.document_no, fund_line.document_no)
  RETURNING project_code, fund_code, fund_source
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'SetFundLine', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, concat_ws(' ', x.fund_code, :document_no) FROM placed x, project_now p
)
SELECT problem.*, s.*, f.fund_code, k.fund_level, k.fiscal
FROM problem FULL JOIN (placed f JOIN fund_source_kind k USING (fund_source) CROSS JOIN LATERAL project_snapshot(f.project_code) s) ON false
