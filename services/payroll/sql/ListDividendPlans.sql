-- ListDividendPlansRequest -> DividendPlanPage.rows[]
SELECT d.project_code || ' ' || d.plan_code AS page_key, d.project_code, d.plan_code, d.asset_fen, d.holder_unit_id, d.beneficiary_count, d.valid_from_date,
  d.valid_to_date, d.dividend_fen, d.yearly_fen
FROM dividend_plan d
WHERE (d.project_code, d.plan_code) > (split_part(coalesce(:page_token, ''), ' ', 1), split_part(coalesce(:page_token, ''), ' ', 2))
  AND (:project_code IS NULL OR d.project_code = :project_code)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = d.project_code AND p.unit_id = :call.unit))
ORDER BY d.project_code, d.plan_code LIMIT :call.limit
