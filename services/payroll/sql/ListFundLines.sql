-- ListFundLinesRequest -> FundLineUsePage.rows[]
SELECT f.fund_code AS page_key, f.fund_code, f.fund_source, f.approved_fen, f.allocated_fen,
  (SELECT coalesce(sum(i.inflow_fen), 0)::int8 FROM wage_inflow i WHERE i.project_code = f.project_code AND i.fund_code = f.fund_code) AS paid_in_fen
FROM fund_line f WHERE f.project_code = :project_code AND f.fund_code > coalesce(:page_token, '') ORDER BY f.fund_code LIMIT :call.limit
