-- ProposeIncentiveRequest -> Incentive
WITH problem AS (
  SELECT i.refusal, i.refusal_path, i.refusal_detail
    FROM incentive_problems(:assessment_code, :unit_id, :incentive_kind, :finding_code, :call.today) i
  UNION ALL SELECT 'INCENTIVE_EXISTS', 'incentive_kind', incentive_code FROM incentive
    WHERE assessment_code = :assessment_code AND unit_id = :unit_id AND incentive_kind = :incentive_kind AND incentive_state <> 'REJECTED'
),
added AS (
  INSERT INTO incentive (incentive_code, assessment_code, assessment_year, unit_id, incentive_kind, incentive_state, basis_score, finding_code,
    incentive_note, proposed_by, proposed_date)
  SELECT a.assessment_code || '-' || ((SELECT count(*) FROM incentive n WHERE n.assessment_code = a.assessment_code) + 1), a.assessment_code,
    a.assessment_year, s.unit_id, :incentive_kind, 'PROPOSED', s.points / 100, :finding_code, :incentive_note, :call.principal, :call.today
  FROM assessment a JOIN assessment_subject s USING (assessment_code)
  WHERE a.assessment_code = :assessment_code AND s.unit_id = :unit_id AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING incentive_code, assessment_code, unit_id, incentive_kind, incentive_state, basis_score, finding_code, incentive_note, proposed_date,
    assessment_year
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, i.* FROM problem p FULL JOIN added i ON false
