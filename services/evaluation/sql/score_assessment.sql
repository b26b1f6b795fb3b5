-- GetAssessmentRequest -> AssessedScores.rows[]
-- Rows, values and scores of a version just made, whose subjects are ranked by the sum of weight * score; gives the scores of those ranked.
WITH made AS (SELECT *, make_date(assessment_year, 1, 1) AS first_day FROM assessment WHERE assessment_code = :assessment_code),
indicator AS (
  SELECT i.* FROM made m JOIN assessment_indicator i ON i.assessment_kind = m.assessment_kind AND i.valid_from_date = (
    SELECT max(n.valid_from_date) FROM assessment_indicator n WHERE n.assessment_kind = m.assessment_kind AND n.valid_from_date <= m.as_of_date)
),
fact AS (
  SELECT f.*, row_number() OVER (PARTITION BY f.unit_id, f.figure ORDER BY f.project_code, f.row_key)::int4 AS row_number
  FROM made m CROSS JOIN LATERAL (SELECT * FROM assessment_facts(m.assessment_kind, m.first_day, m.as_of_date)
    UNION ALL SELECT * FROM assessment_quarters(m.assessment_kind, m.first_day, m.as_of_date)) f WHERE f.figure IN (SELECT figure FROM indicator)
),
row_kept AS (
  INSERT INTO assessment_row (assessment_code, unit_id, figure, row_number, project_code, row_key, part_amount, whole_amount, row_note)
  SELECT :assessment_code, unit_id, figure, row_number, project_code, row_key, part_amount, whole_amount, row_note FROM fact
),
measured AS (
  SELECT unit_id, figure, sum(part_amount)::int8 AS part_total, sum(whole_amount)::int8 AS whole_total, count(*)::int4 AS row_count,
    least(100000, div(sum(part_amount) * 10000, sum(whole_amount)))::int4 AS value_bp
  FROM fact GROUP BY unit_id, figure HAVING sum(whole_amount) > 0
),
scored AS (
  SELECT s.unit_id, i.*, v.part_total, v.whole_total, v.value_bp, coalesce(v.row_count, 0) AS row_count,
    CASE WHEN v.value_bp IS NULL THEN i.neutral_score
      ELSE least(10000, greatest(0, CASE i.direction WHEN 'MORE_IS_BETTER' THEN v.value_bp - i.floor_bp ELSE i.ceiling_bp - v.value_bp END)::int8 * 10000
        / (i.ceiling_bp - i.floor_bp))::int4 END AS score
  FROM assessment_subject s CROSS JOIN indicator i LEFT JOIN measured v ON v.unit_id = s.unit_id AND v.figure = i.figure
  WHERE s.assessment_code = :assessment_code
),
score_kept AS (
  INSERT INTO assessment_score (assessment_code, unit_id, indicator_code, indicator_number, indicator_name, figure, direction, weight, floor_bp,
    ceiling_bp, part_total, whole_total, value_bp, score, row_count)
  SELECT :assessment_code, unit_id, indicator_code, indicator_number, indicator_name, figure, direction, weight, floor_bp, ceiling_bp, part_total,
    whole_total, value_bp, score, row_count FROM scored
),
summed AS (
  SELECT c.unit_id, coalesce(sum(c.weight) FILTER (WHERE c.value_bp IS NOT NULL), 0)::int4 AS known_weight, sum(c.weight * c.score)::int4 AS points
  FROM scored c GROUP BY c.unit_id
),
ranked AS (
  SELECT u.unit_id, u.points, rank() OVER (ORDER BY u.points DESC)::int4 AS rank_place FROM summed u, made m WHERE u.known_weight >= m.known_weight
),
placed AS (
  UPDATE assessment_subject s SET known_weight = u.known_weight, points = r.points, rank_place = r.rank_place
  FROM summed u LEFT JOIN ranked r ON r.unit_id = u.unit_id WHERE s.assessment_code = :assessment_code AND s.unit_id = u.unit_id
)
SELECT m.tolerance_bp, c.unit_id, c.weight, c.score FROM made m CROSS JOIN scored c JOIN ranked r ON r.unit_id = c.unit_id
ORDER BY c.unit_id, c.indicator_number
