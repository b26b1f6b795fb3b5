-- ListAssessmentsRequest -> AssessmentPage.rows[]
-- Trials are the office's; what was published is there for those it is about.
SELECT a.assessment_code AS page_key, a.assessment_code, a.assessment_kind, a.assessment_year, a.version_number, a.assessment_state, a.as_of_date, a.computed_date, a.published_date,
  a.correction_reason, a.tolerance_bp, a.unstable_pair_count, a.unstable_pair_count = 0 AS is_stable,
  (SELECT count(*) FROM assessment_subject s WHERE s.assessment_code = a.assessment_code)::int4 AS subject_count,
  (SELECT count(s.rank_place) FROM assessment_subject s WHERE s.assessment_code = a.assessment_code)::int4 AS ranked_count
FROM assessment a
WHERE a.assessment_code > coalesce(:page_token, '') AND (:assessment_kind IS NULL OR a.assessment_kind = :assessment_kind)
  AND (:assessment_year IS NULL OR a.assessment_year = :assessment_year) AND (:assessment_state IS NULL OR a.assessment_state = :assessment_state)
  AND (:call.sees_all OR a.published_date IS NOT NULL)
ORDER BY a.assessment_code LIMIT :call.limit
