-- ListProjectFundsRequest -> ListProjectFundsReply.rows[]
SELECT l.fund_code, l.fund_source, l.special_fund, l.reconstruction, l.approved_fen, l.allocated_fen, w.applied_fen,
  greatest(0, l.approved_fen - l.allocated_fen - w.applied_fen) AS left_fen, k.fiscal AS counts_as_fiscal, k.central AS counts_as_central,
  l.fund_source = 'CENTRAL_BUDGET_INVESTMENT' AS counts_as_central_budget, k.provincial AS counts_as_provincial, k.linking AS counts_as_linking
FROM fund_line l JOIN fund_source_kind k USING (fund_source),
  LATERAL (SELECT coalesce(sum(d.applied_fen), 0)::int8 AS applied_fen FROM draw_down d WHERE d.project_code = l.project_code
           AND d.fund_code = l.fund_code AND d.draw_down_state IN ('APPLIED', 'APPROVED')) w
WHERE l.project_code = :project_code ORDER BY l.fund_code
