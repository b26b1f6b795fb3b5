-- ListRatioRulesRequest -> RatioRulePage.rows[]
SELECT rule_code AS page_key, rule_code, division_code, track, ratio_basis, floor_bp, valid_from_date, valid_to_date,
  rule_standing, source_note,
  linking_funds_only, dates_assumed
FROM ratio_rule
WHERE rule_code > coalesce(:page_token, '') AND (:on_date IS NULL OR :on_date BETWEEN valid_from_date AND coalesce(valid_to_date,
  'infinity'))
ORDER BY rule_code LIMIT :call.limit
