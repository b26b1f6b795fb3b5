-- ListConsolidatedRequest -> TotalPage.rows[]
-- In the order of kinds; the token is kind and key.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT t.total_kind, t.total_key, t.project_count, t.started_count, t.total_investment_fen, t.fiscal_fen, t.central_fen,
  t.planned_pay_fen, t.absorbed_count, t.local_count, t.female_count, t.priority_count, t.day_hundredths, t.due_fen, t.paid_fen, t.unpaid_fen,
  t.trainee_count, t.dividend_fen, t.cumulative_due_fen, t.cumulative_paid_fen, t.cumulative_day_hundredths, t.cumulative_absorbed_count,
  t.per_head_fen, t.total_investment_unknown_count, t.fiscal_unknown_count, t.central_unknown_count, t.planned_pay_unknown_count,
  t.conflict_absorbed_count, total_figures(t.quarter, t.consolidation_number, t.total_kind, t.total_key) AS figures,
  t.total_kind || '/' || t.total_key AS page_key
FROM chosen c JOIN consolidation_total t USING (quarter, consolidation_number)
WHERE (t.total_kind, t.total_key) > (split_part(coalesce(:page_token, ''), '/', 1), substr(coalesce(:page_token, ''), 2 + length(split_part(coalesce(:page_token, ''), '/', 1))))
ORDER BY t.total_kind, t.total_key LIMIT :call.limit
