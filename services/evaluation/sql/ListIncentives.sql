-- ListIncentivesRequest -> IncentivePage.rows[]
-- A subject sees what was approved for it; proposals are the office's.
SELECT i.incentive_code AS page_key, i.incentive_code, i.assessment_code, i.unit_id, i.incentive_kind, i.incentive_state, i.basis_score, i.finding_code,
  i.incentive_note, i.proposed_date, i.decided_date, i.decision_reason, i.assessment_year
FROM incentive i
WHERE i.incentive_code > coalesce(:page_token, '') AND (:assessment_year IS NULL OR i.assessment_year = :assessment_year)
  AND (:unit_id IS NULL OR i.unit_id = :unit_id) AND (:incentive_kind IS NULL OR i.incentive_kind = :incentive_kind)
  AND (:incentive_state IS NULL OR i.incentive_state = :incentive_state)
  AND (:call.sees_all OR (i.unit_id = :call.unit AND i.incentive_state = 'APPROVED'))
ORDER BY i.incentive_code LIMIT :call.limit
