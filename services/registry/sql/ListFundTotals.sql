-- ListFundTotalsRequest -> ListFundTotalsReply.rows[]
-- Money by source; who does not see all sees the projects that its own unit is the bureau of.
WITH line AS (
  SELECT f.* FROM project p JOIN fund_line f USING (project_code)
  WHERE p.project_state <> 'CANCELLED' AND (:call.sees_all OR p.bureau_unit_id = :call.unit)
    AND (:bureau_unit_id IS NULL OR p.bureau_unit_id = :bureau_unit_id) AND (:field IS NULL OR p.field = :field)
    AND (NOT :reconstruction_only OR p.field = 'RECONSTRUCTION')
    AND (:list_year IS NULL OR EXISTS (SELECT 1 FROM list_entry e WHERE (e.project_code, e.list_year) = (p.project_code, :list_year)
                                       AND e.list_state IN ('LISTED', 'ADJUSTED')))
)
SELECT l.fund_source, l.special_fund, k.fiscal, k.central, count(DISTINCT l.project_code)::int4 AS project_count,
  sum(l.approved_fen)::int8 AS approved_fen, sum(l.allocated_fen)::int8 AS allocated_fen
FROM line l JOIN fund_source_kind k USING (fund_source)
GROUP BY l.fund_source, l.special_fund, k.fiscal, k.central ORDER BY l.fund_source, l.special_fund
