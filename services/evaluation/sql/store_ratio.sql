-- StoreRatioRequest -> RatioCheck
INSERT INTO ratio_check (project_code, check_number, pay_basis, rule_code, ratio_basis, pay_fen, base_fen, ratio_bp, floor_bp,
  missing_fen,
  ratio_result, rule_standing, source_note, checked_by, checked_date)
SELECT :project_code, (SELECT count(*) + 1 FROM ratio_check c WHERE c.project_code = :project_code)::int4, :pay_basis, :rule_code,
  :ratio_basis,
  coalesce(:pay_fen, 0), coalesce(:base_fen, 0), :ratio_bp, :floor_bp, coalesce(:missing_fen, 0), :ratio_result, r.rule_standing,
    r.source_note,
  :call.principal, :call.today
FROM (SELECT 1) AS one LEFT JOIN ratio_rule r ON r.rule_code = :rule_code
RETURNING project_code, check_number, pay_basis, rule_code, ratio_basis, pay_fen, base_fen, ratio_bp, floor_bp, missing_fen,
  ratio_result,
  rule_standing, source_note, checked_date
