-- GetRatioRequest -> RatioCheck
SELECT project_code, check_number, pay_basis, rule_code, ratio_basis, pay_fen, base_fen, ratio_bp, floor_bp, missing_fen,
  ratio_result, rule_standing,
  source_note, checked_date
FROM ratio_check
WHERE project_code = :project_code AND (:pay_basis IS NULL OR pay_basis = :pay_basis)
  AND (:check_number IS NULL OR check_number = :check_number)
ORDER BY check_number DESC LIMIT 1
