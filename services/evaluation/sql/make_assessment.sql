-- AssessYearRequest -> AssessmentMade
-- The next version with its subjects; a version that was computed and not published gives way to it.
WITH span AS (
  SELECT make_date(:assessment_year, 1, 1) AS first_day, least(make_date(:assessment_year, 12, 31), :call.today - 1) AS last_day
),
former AS (
  SELECT coalesce(max(version_number), 0) AS version_number, coalesce(bool_or(published_date IS NOT NULL), false) AS published
  FROM assessment WHERE assessment_kind = :assessment_kind AND assessment_year = :assessment_year
),
problem AS (
  SELECT 'ASSESSMENT_AHEAD' AS refusal, 'assessment_year' AS refusal_path, :assessment_year::text AS refusal_detail FROM span WHERE last_day < first_day
  UNION ALL SELECT 'CORRECTION_UNSAID', 'correction_reason', NULL FROM former WHERE published AND :correction_reason IS NULL
  UNION ALL SELECT 'INDICATORS_MISSING', 'assessment_year', :assessment_year::text FROM span WHERE NOT EXISTS (SELECT 1 FROM assessment_indicator i
    WHERE i.assessment_kind = :assessment_kind AND i.valid_from_date <= span.last_day)
    OR NOT EXISTS (SELECT 1 FROM assessment_policy p WHERE p.valid_from_date <= span.last_day)
),
gone AS (
  UPDATE assessment SET assessment_state = 'SUPERSEDED'
  WHERE assessment_kind = :assessment_kind AND assessment_year = :assessment_year AND assessment_state = 'COMPUTED' AND NOT EXISTS (SELECT 1 FROM problem)
),
added AS (
  INSERT INTO assessment (assessment_code, assessment_kind, assessment_year, version_number, assessment_state, as_of_date, known_weight, commend_score,
    sanction_score, tolerance_bp, correction_reason, computed_by, computed_date)
  SELECT :assessment_kind || '-' || :assessment_year || '-' || (f.version_number + 1), :assessment_kind, :assessment_year, f.version_number + 1,
    'COMPUTED', s.last_day, p.known_weight, p.commend_score, p.sanction_score, p.tolerance_bp, CASE WHEN f.published THEN :correction_reason END,
    :call.principal, :call.today
  FROM span s CROSS JOIN former f CROSS JOIN LATERAL assessment_policy_on(s.last_day) p
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING assessment_code
),
subject AS (
  INSERT INTO assessment_subject (assessment_code, unit_id, unit_name, project_count)
  SELECT a.assessment_code, u.unit_id, coalesce(n.unit_name, u.unit_id), u.project_count
  FROM added a CROSS JOIN span s CROSS JOIN LATERAL assessment_units(:assessment_kind, s.first_day, s.last_day) u LEFT JOIN unit n ON n.unit_id = u.unit_id
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, a.assessment_code FROM problem p FULL JOIN added a ON false
