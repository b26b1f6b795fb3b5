-- SetAssessmentIndicatorsRequest -> AssessmentIndicators
-- A set is laid down once: what was assessed by it keeps its own copy, what comes later gets a later date.
WITH given AS (
  SELECT *, ordinality - 1 AS at FROM unnest(:indicators.indicator_code, :indicators.indicator_name, :indicators.figure, :indicators.direction,
    :indicators.weight, :indicators.floor_bp, :indicators.ceiling_bp, :indicators.neutral_score) WITH ORDINALITY
    AS g(indicator_code, indicator_name, figure, direction, weight, floor_bp, ceiling_bp, neutral_score, ordinality)
),
problem AS (
  SELECT 'INDICATOR_INCOMPLETE' AS refusal, 'indicators[' || at || ']' AS refusal_path, indicator_code AS refusal_detail FROM given
    WHERE indicator_code IS NULL OR indicator_name IS NULL OR figure IS NULL OR direction IS NULL
  UNION ALL SELECT 'INDICATOR_TWICE', 'indicators[' || at || '].indicator_code', indicator_code FROM given g
    WHERE EXISTS (SELECT 1 FROM given f WHERE f.indicator_code = g.indicator_code AND f.at < g.at)
  UNION ALL SELECT 'INDICATOR_SCALE', 'indicators[' || at || ']', indicator_code FROM given
    WHERE coalesce(floor_bp, 0) >= coalesce(ceiling_bp, 0) OR coalesce(neutral_score, 0) NOT BETWEEN 0 AND 10000
  UNION ALL SELECT 'INDICATOR_WEIGHTS', 'indicators', sum(coalesce(weight, 0))::text FROM given
    HAVING sum(coalesce(weight, 0)) <> 100 OR min(coalesce(weight, 0)) < 1
  UNION ALL SELECT 'INDICATORS_EXIST', 'valid_from_date', :valid_from_date::text WHERE EXISTS (SELECT 1 FROM assessment_indicator i
    WHERE i.assessment_kind = :assessment_kind AND i.valid_from_date = :valid_from_date)
),
added AS (
  INSERT INTO assessment_indicator (assessment_kind, valid_from_date, indicator_code, indicator_number, indicator_name, figure, direction, weight,
    floor_bp, ceiling_bp, neutral_score, source_note)
  SELECT :assessment_kind, :valid_from_date, indicator_code, at + 1, indicator_name, figure, direction, weight, coalesce(floor_bp, 0), ceiling_bp,
    coalesce(neutral_score, 0), :source_note
  FROM given WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
),
told AS (
  SELECT :assessment_kind AS assessment_kind, :valid_from_date AS valid_from_date, json_agg(json_build_object('indicator_code', indicator_code,
    'indicator_name', indicator_name, 'figure', figure, 'direction', direction, 'weight', weight, 'floor_bp', floor_bp, 'ceiling_bp', ceiling_bp,
    'neutral_score', neutral_score) ORDER BY indicator_number) AS indicators, :source_note AS source_note
  FROM added HAVING count(*) > 0
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, t.* FROM problem p FULL JOIN told t ON false
