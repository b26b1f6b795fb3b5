-- GetRatioRequest -> RatioCheck
SELECT r.project_code, r.check_number, r.pay_basis, r.rule_code, r.ratio_basis, r.pay_fen, r.base_fen, r.ratio_bp, r.floor_bp, r.missing_fen,
  r.ratio_result, r.rule_standing, r.source_note, r.checked_date, r.binding_result, r.binding_rule_code,
  (SELECT json_agg(json_build_object('rule_code', c.rule_code, 'ratio_basis', c.ratio_basis, 'base_fen', c.base_fen, 'floor_bp', c.floor_bp,
      'ratio_bp', c.ratio_bp, 'required_fen', c.required_fen, 'missing_fen', c.missing_fen, 'ratio_result', c.ratio_result,
      'rule_standing', c.rule_standing, 'dates_assumed', c.dates_assumed, 'source_note', c.source_note) ORDER BY c.rule_code)
    FROM ratio_case c WHERE c.project_code = r.project_code AND c.check_number = r.check_number) AS cases
FROM ratio_check r
WHERE r.project_code = :project_code AND (:pay_basis IS NULL OR r.pay_basis = :pay_basis)
  AND (:check_number IS NULL OR r.check_number = :check_number)
ORDER BY r.check_number DESC LIMIT 1
