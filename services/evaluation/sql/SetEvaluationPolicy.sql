-- SetEvaluationPolicyRequest -> EvaluationPolicy
INSERT INTO evaluation_policy (valid_from_date, organisation_weight, pay_weight, training_weight, year_minimum_count, source_note)
VALUES (:valid_from_date, coalesce(:organisation_weight, 0), coalesce(:pay_weight, 0), coalesce(:training_weight, 0),
  coalesce(:year_minimum_count, 0),
  :source_note)
ON CONFLICT (valid_from_date) DO UPDATE SET organisation_weight = excluded.organisation_weight, pay_weight = excluded.pay_weight,
  training_weight = excluded.training_weight, year_minimum_count = excluded.year_minimum_count, source_note = excluded.source_note
RETURNING valid_from_date, organisation_weight, pay_weight, training_weight, year_minimum_count, source_note
