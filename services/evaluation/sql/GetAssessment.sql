-- GetAssessmentRequest -> Assessment
SELECT a.assessment_code, a.assessment_kind, a.assessment_year, a.version_number, a.assessment_state, a.as_of_date, a.computed_date, a.published_date,
  a.correction_reason, a.tolerance_bp, a.unstable_pair_count, a.unstable_pair_count = 0 AS is_stable,
  (SELECT count(*) FROM assessment_subject s WHERE s.assessment_code = a.assessment_code)::int4 AS subject_count,
  (SELECT count(s.rank_place) FROM assessment_subject s WHERE s.assessment_code = a.assessment_code)::int4 AS ranked_count,
  assessment_subjects(a.assessment_code) AS subjects
FROM assessment a WHERE a.assessment_code = :assessment_code
