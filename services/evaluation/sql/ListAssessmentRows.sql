-- ListAssessmentRowsRequest -> AssessmentRowPage.rows[]
-- The rows a score was made of, as they were then.
SELECT r.row_number::text AS page_key, r.project_code, r.row_key, r.part_amount, r.whole_amount, r.row_note
FROM assessment a
  JOIN assessment_score c ON c.assessment_code = a.assessment_code AND c.unit_id = :unit_id AND c.indicator_code = :indicator_code
  JOIN assessment_row r ON r.assessment_code = a.assessment_code AND r.unit_id = c.unit_id AND r.figure = c.figure
WHERE a.assessment_code = :assessment_code AND r.row_number > coalesce(:page_token, '0')::int4
  AND (:call.sees_all OR (c.unit_id = :call.unit AND a.published_date IS NOT NULL))
ORDER BY r.row_number LIMIT :call.limit
