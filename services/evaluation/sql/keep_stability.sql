-- KeepStabilityRequest -> AssessmentMade
WITH told AS (
  UPDATE assessment_subject s SET best_place = p.best_place, worst_place = p.worst_place, is_firm_above = coalesce(p.is_firm_above, false)
  FROM unnest(:places.unit_id, :places.best_place, :places.worst_place, :places.is_firm_above) AS p(unit_id, best_place, worst_place, is_firm_above)
  WHERE s.assessment_code = :assessment_code AND s.unit_id = p.unit_id
)
UPDATE assessment SET unstable_pair_count = coalesce(:unstable_pair_count, 0) WHERE assessment_code = :assessment_code RETURNING assessment_code
