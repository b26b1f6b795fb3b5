-- SetAlertThresholdRequest -> AlertThreshold
-- Red is worse than yellow: above it, or below it where the alert is about too little.
WITH problem AS (
  SELECT 'THRESHOLDS_OUT_OF_ORDER' AS refusal, 'red_value' AS refusal_path, format('%s, %s', coalesce(:yellow_value, 0), coalesce(:red_value, 0)) AS refusal_detail
  WHERE CASE :alert_kind WHEN 'AVERAGE_BELOW_FLOOR' THEN coalesce(:red_value, 0) > coalesce(:yellow_value, 0)
    ELSE coalesce(:red_value, 0) < coalesce(:yellow_value, 0) END OR coalesce(:yellow_value, 0) < 0 OR coalesce(:red_value, 0) < 0
),
changed AS (
  INSERT INTO alert_threshold (alert_kind, valid_from_date, yellow_value, red_value, source_note)
  SELECT :alert_kind, :valid_from_date, coalesce(:yellow_value, 0), coalesce(:red_value, 0), :source_note WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (alert_kind, valid_from_date) DO UPDATE SET yellow_value = excluded.yellow_value, red_value = excluded.red_value,
    source_note = excluded.source_note
  RETURNING alert_kind, valid_from_date, yellow_value, red_value, source_note
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
