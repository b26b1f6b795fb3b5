-- GetScorecardRequest -> Scorecard
-- Its own once published, any for those who oversee. Points are weight * score; the subject next ahead is the nearest with more of them.
WITH own AS (
  SELECT s.*, a.assessment_kind, a.assessment_year, a.version_number, a.assessment_state
  FROM assessment_subject s JOIN assessment a USING (assessment_code)
  WHERE s.assessment_code = :assessment_code AND s.unit_id = :unit_id
    AND (:call.sees_all OR (s.unit_id = :call.unit AND a.published_date IS NOT NULL))
),
ahead AS (
  SELECT s.unit_id, s.points FROM assessment_subject s, own o WHERE s.assessment_code = :assessment_code AND s.points > o.points
  ORDER BY s.points, s.unit_id LIMIT 1
),
line AS (
  SELECT c.*, c.weight * c.score AS line_points,
    (SELECT n.weight * n.score FROM assessment_score n, ahead h WHERE n.assessment_code = :assessment_code AND n.unit_id = h.unit_id
      AND n.indicator_code = c.indicator_code) - c.weight * c.score AS ahead_points_delta,
    CASE WHEN o.points IS NOT NULL THEN 1 + (SELECT count(*) FROM assessment_subject s JOIN assessment_score n USING (assessment_code, unit_id)
      WHERE s.assessment_code = :assessment_code AND n.indicator_code = c.indicator_code
        AND s.points - n.weight * n.score > o.points - c.weight * c.score) END AS place_without
  FROM own o JOIN assessment_score c USING (assessment_code, unit_id)
)
SELECT o.assessment_code, o.assessment_kind, o.assessment_year, o.version_number, o.assessment_state, o.unit_id, o.unit_name,
  o.points / 100 AS total_score, o.rank_place, o.best_place, o.worst_place, o.known_weight,
  (SELECT count(s.rank_place) FROM assessment_subject s WHERE s.assessment_code = o.assessment_code)::int4 AS ranked_count,
  (SELECT h.points FROM ahead h) - o.points AS gap_points,
  (SELECT json_strip_nulls(json_agg(json_build_object('indicator_code', l.indicator_code, 'indicator_name', l.indicator_name, 'figure', l.figure,
     'direction', l.direction, 'weight', l.weight, 'floor_bp', l.floor_bp, 'ceiling_bp', l.ceiling_bp, 'part_total', l.part_total,
     'whole_total', l.whole_total, 'value_bp', l.value_bp, 'score', l.score, 'points', l.line_points, 'row_count', l.row_count,
     'ahead_points_delta', l.ahead_points_delta, 'place_without', l.place_without) ORDER BY l.indicator_number)) FROM line l) AS lines
FROM own o
