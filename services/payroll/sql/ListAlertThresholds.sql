-- ListAlertThresholdsRequest -> AlertThresholdPage.rows[]
SELECT alert_kind || ' ' || valid_from_date AS page_key, alert_kind, valid_from_date, yellow_value, red_value, source_note
FROM alert_threshold WHERE alert_kind || ' ' || valid_from_date > coalesce(:page_token, '')
ORDER BY alert_kind || ' ' || valid_from_date LIMIT :call.limit
