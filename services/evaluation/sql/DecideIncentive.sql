-- DecideIncentiveRequest -> Incentive
-- What stood against the proposal is looked at again: findings fall due, assessments are corrected.
WITH former AS (SELECT * FROM incentive WHERE incentive_code = :incentive_code),
problem AS (
  SELECT 'INCENTIVE_NOT_FOUND' AS refusal, 'incentive_code' AS refusal_path, :incentive_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'INCENTIVE_STATE', 'incentive_code', incentive_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'incentive' AND t.from_state = incentive_state AND t.method = 'DecideIncentive')
  UNION ALL SELECT 'PROPOSER_DECIDES', '', :call.principal FROM former WHERE proposed_by = :call.principal
  UNION ALL SELECT i.refusal, 'incentive_code', i.refusal_detail FROM former f
    CROSS JOIN LATERAL incentive_problems(f.assessment_code, f.unit_id, f.incentive_kind, f.finding_code, :call.today) i
    WHERE f.incentive_state = 'PROPOSED' AND :decision = 'APPROVED'
),
changed AS (
  UPDATE incentive i SET incentive_state = :decision, decided_by = :call.principal, decided_date = :call.today, decision_reason = :decision_reason
  WHERE i.incentive_code = :incentive_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING i.incentive_code, i.assessment_code, i.unit_id, i.incentive_kind, i.incentive_state, i.basis_score, i.finding_code, i.incentive_note,
    i.proposed_date, i.decided_date, i.decision_reason, i.assessment_year
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
