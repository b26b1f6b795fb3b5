-- ListAssessmentIndicatorsRequest -> AssessmentIndicators
SELECT i.assessment_kind, i.valid_from_date, json_agg(json_build_object('indicator_code', i.indicator_code, 'indicator_name', i.indicator_name,
  'figure', i.figure, 'direction', i.direction, 'weight', i.weight, 'floor_bp', i.floor_bp, 'ceiling_bp', i.ceiling_bp, 'neutral_score', i.neutral_score)
  ORDER BY i.indicator_number) AS indicators, min(i.source_note) AS source_note
FROM assessment_indicator i
WHERE i.assessment_kind = :assessment_kind AND i.valid_from_date = (SELECT max(n.valid_from_date) FROM assessment_indicator n
  WHERE n.assessment_kind = :assessment_kind AND n.valid_from_date <= coalesce(:on_date, :call.today))
GROUP BY i.assessment_kind, i.valid_from_date
