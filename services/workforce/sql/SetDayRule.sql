-- SetDayRuleRequest -> SetDayRuleReply.rows[]
-- The whole rule from that day on; the same day replaces it while it has not begun. What comes down may come late.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i FROM unnest(:lines.least_minutes, :lines.day_hundredths) WITH ORDINALITY AS l(least_minutes, day_hundredths, n)),
problem AS MATERIALIZED (
  SELECT 'RULE_BEGUN' AS refusal, 'valid_from_date' AS refusal_path, :valid_from_date::text AS refusal_detail WHERE :upper_unit_id IS NULL AND :valid_from_date < :call.today
  UNION ALL
  SELECT 'MINUTES_OUTSIDE_DAY', 'lines[' || i || '].least_minutes', least_minutes::text FROM line WHERE least_minutes NOT BETWEEN 1 AND 1440
  UNION ALL
  SELECT 'PART_OF_DAY', 'lines[' || i || '].day_hundredths', day_hundredths::text FROM line WHERE day_hundredths NOT BETWEEN 1 AND 100
  UNION ALL
  SELECT 'MINUTES_TWICE', 'lines[' || i || '].least_minutes', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY least_minutes) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'LONGER_GIVES_LESS', 'lines[' || b.i || '].day_hundredths', a.least_minutes || ': ' || a.day_hundredths
  FROM line a JOIN line b ON b.least_minutes > a.least_minutes AND b.day_hundredths <= a.day_hundredths),
gone AS (
  DELETE FROM day_rule d WHERE d.valid_from = :valid_from_date AND NOT EXISTS (SELECT 1 FROM problem)
    AND NOT EXISTS (SELECT 1 FROM line WHERE line.least_minutes = d.least_minutes)),
written AS (
  INSERT INTO day_rule (valid_from, least_minutes, day_hundredths, source_note)
  SELECT :valid_from_date, least_minutes, day_hundredths, :source_note FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (valid_from, least_minutes) DO UPDATE SET day_hundredths = excluded.day_hundredths, source_note = excluded.source_note
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, valid_from AS valid_from_date, least_minutes, day_hundredths,
       source_note
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL FROM problem
ORDER BY least_minutes, refusal_path
