-- ListRatiosRequest -> RatioPage.rows[]
-- The latest check of each project and kind of pay.
SELECT r.project_code || ' ' || r.pay_basis AS page_key, r.project_code, r.check_number, r.pay_basis, r.rule_code, r.ratio_basis,
  r.pay_fen, r.base_fen,
  r.ratio_bp, r.floor_bp, r.missing_fen, r.ratio_result, r.rule_standing, r.source_note, r.checked_date,
  r.binding_result, r.binding_rule_code
FROM (SELECT DISTINCT ON (project_code, pay_basis) * FROM ratio_check WHERE :project_code IS NULL OR project_code = :project_code
      ORDER BY project_code, pay_basis, check_number DESC) AS r
WHERE r.project_code || ' ' || r.pay_basis > coalesce(:page_token, '')
  AND (:ratio_result IS NULL OR r.ratio_result = :ratio_result)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = r.project_code AND p.unit_id = :call.unit))
ORDER BY r.project_code || ' ' || r.pay_basis LIMIT :call.limit
