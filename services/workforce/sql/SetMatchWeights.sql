-- SetMatchWeightsRequest -> MatchWeightsReply.rows[]
-- From a day on that is not past: what has been proposed stays explained by the weights of its day.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i
  FROM unnest(:lines.match_factor, :lines.grade, :lines.points, :lines.valid_from_date, :lines.source_note) WITH ORDINALITY
    AS l(match_factor, grade, points, valid_from, source_note, n)),
problem AS MATERIALIZED (
  SELECT 'GRADE_UNKNOWN' AS refusal, 'lines[' || i || '].grade' AS refusal_path, match_factor || ' ' || grade AS refusal_detail FROM line
  WHERE NOT EXISTS (SELECT 1 FROM match_weight m WHERE m.match_factor = line.match_factor AND m.grade = line.grade)
  UNION ALL
  SELECT 'WEIGHT_IN_THE_PAST', 'lines[' || i || '].valid_from_date', valid_from::text FROM line
  WHERE :upper_unit_id IS NULL AND valid_from < :call.today
  UNION ALL
  SELECT 'POINTS_OUT_OF_RANGE', 'lines[' || i || '].points', points::text FROM line WHERE points NOT BETWEEN 0 AND 1000
  UNION ALL
  SELECT 'GRADE_TWICE', 'lines[' || i || '].grade', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY match_factor, grade, valid_from) AS first_i FROM line) t WHERE first_i < i),
written AS (
  INSERT INTO match_weight (match_factor, grade, valid_from, points, source_note)
  SELECT match_factor, grade, valid_from, coalesce(points, 0), source_note FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (match_factor, grade, valid_from) DO UPDATE SET points = excluded.points, source_note = excluded.source_note
  RETURNING *)
SELECT refusal, refusal_path, refusal_detail, match_factor, grade, points, valid_from_date, source_note
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, match_factor, grade, points, valid_from AS valid_from_date,
         source_note FROM written
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY match_factor, grade, valid_from_date, refusal_path
