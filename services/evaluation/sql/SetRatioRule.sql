-- SetRatioRuleRequest -> RatioRule
INSERT INTO ratio_rule (rule_code, division_code, division_prefix, track, ratio_basis, floor_bp, valid_from_date, valid_to_date,
  rule_standing,
  source_note, linking_funds_only, dates_assumed)
VALUES (:rule_code, :division_code, division_prefix(:division_code), :track, :ratio_basis, coalesce(:floor_bp, 0),
  :valid_from_date, :valid_to_date,
  :rule_standing, :source_note, coalesce(:linking_funds_only, false), coalesce(:dates_assumed, false))
ON CONFLICT (rule_code) DO UPDATE SET division_code = excluded.division_code, division_prefix = excluded.division_prefix,
  track = excluded.track,
  ratio_basis = excluded.ratio_basis, floor_bp = excluded.floor_bp, valid_from_date = excluded.valid_from_date,
  valid_to_date = excluded.valid_to_date, rule_standing = excluded.rule_standing, source_note = excluded.source_note,
  linking_funds_only = excluded.linking_funds_only, dates_assumed = excluded.dates_assumed
RETURNING rule_code, division_code, track, ratio_basis, floor_bp, valid_from_date, valid_to_date, rule_standing, source_note,
  linking_funds_only, dates_assumed
