-- SetForecastPolicyRequest -> ForecastPolicy
INSERT INTO forecast_policy (valid_from_date, month_workdays, source_note) VALUES (:valid_from_date, coalesce(:month_workdays, 0), :source_note)
ON CONFLICT (valid_from_date) DO UPDATE SET month_workdays = excluded.month_workdays, source_note = excluded.source_note
RETURNING valid_from_date, month_workdays, source_note
