-- PublishAssessmentRequest -> Assessment
WITH former AS (SELECT * FROM assessment WHERE assessment_code = :assessment_code),
problem AS (
  SELECT 'ASSESSMENT_NOT_FOUND' AS refusal, 'assessment_code' AS refusal_path, :assessment_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'ASSESSMENT_STATE', 'assessment_code', assessment_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'assessment' AND t.from_state = assessment_state AND t.to_state = 'PUBLISHED')
  UNION ALL SELECT 'ASSESSMENT_EARLY', 'assessment_code', as_of_date::text FROM former WHERE as_of_date < make_date(assessment_year, 12, 31)
  UNION ALL SELECT 'ASSESSOR_PUBLISHES', '', :call.principal FROM former WHERE computed_by = :call.principal
),
changed AS (
  UPDATE assessment a SET
    assessment_state = CASE WHEN a.assessment_code = :assessment_code THEN 'PUBLISHED' ELSE 'SUPERSEDED' END,
    published_by = CASE WHEN a.assessment_code = :assessment_code THEN :call.principal ELSE a.published_by END,
    published_date = CASE WHEN a.assessment_code = :assessment_code THEN :call.today ELSE a.published_date END
  FROM former f
  WHERE a.assessment_kind = f.assessment_kind AND a.assessment_year = f.assessment_year
    AND (a.assessment_code = :assessment_code OR a.assessment_state = 'PUBLISHED') AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING a.*
),
told AS (
  SELECT a.assessment_code, a.assessment_kind, a.assessment_year, a.version_number, a.assessment_state, a.as_of_date, a.computed_date, a.published_date,
  a.correction_reason, a.tolerance_bp, a.unstable_pair_count, a.unstable_pair_count = 0 AS is_stable,
  (SELECT count(*) FROM assessment_subject s WHERE s.assessment_code = a.assessment_code)::int4 AS subject_count,
  (SELECT count(s.rank_place) FROM assessment_subject s WHERE s.assessment_code = a.assessment_code)::int4 AS ranked_count,
    assessment_subjects(a.assessment_code) AS subjects
  FROM changed a WHERE a.assessment_code = :assessment_code
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, t.* FROM problem p FULL JOIN told t ON false
