-- StoreRatioRequest -> RatioCheck
WITH numbered AS (
  SELECT (count(*) + 1)::int4 AS check_number FROM ratio_check WHERE project_code = :project_code
),
kept AS (
  INSERT INTO ratio_case (project_code, check_number, rule_code, ratio_basis, base_fen, floor_bp, ratio_bp, required_fen, missing_fen,
    ratio_result, rule_standing, dates_assumed, source_note)
  SELECT :project_code, n.check_number, c.rule_code, c.ratio_basis, coalesce(c.base_fen, 0), c.floor_bp, c.ratio_bp, coalesce(c.required_fen, 0),
    coalesce(c.missing_fen, 0), c.ratio_result, c.rule_standing, coalesce(c.dates_assumed, false), c.source_note
  FROM numbered n, unnest(:cases.rule_code, :cases.ratio_basis, :cases.base_fen, :cases.floor_bp, :cases.ratio_bp, :cases.required_fen,
    :cases.missing_fen, :cases.ratio_result, :cases.rule_standing, :cases.dates_assumed, :cases.source_note)
    AS c(rule_code, ratio_basis, base_fen, floor_bp, ratio_bp, required_fen, missing_fen, ratio_result, rule_standing, dates_assumed, source_note)
)
INSERT INTO ratio_check (project_code, check_number, pay_basis, rule_code, ratio_basis, pay_fen, base_fen, ratio_bp, floor_bp, missing_fen,
  ratio_result, rule_standing, source_note, checked_by, checked_date, binding_result, binding_rule_code)
SELECT :project_code, n.check_number, :pay_basis, :rule_code, :ratio_basis, coalesce(:pay_fen, 0), coalesce(:base_fen, 0), :ratio_bp, :floor_bp,
  coalesce(:missing_fen, 0), :ratio_result, r.rule_standing, r.source_note, :call.principal, :call.today, :binding_result, :binding_rule_code
FROM numbered n LEFT JOIN ratio_rule r ON r.rule_code = :rule_code
RETURNING project_code, check_number, pay_basis, rule_code, ratio_basis, pay_fen, base_fen, ratio_bp, floor_bp, missing_fen, ratio_result,
  rule_standing, source_note, checked_date, binding_result, binding_rule_code
