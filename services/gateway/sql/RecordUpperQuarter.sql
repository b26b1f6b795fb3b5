-- RecordUpperQuarterRequest -> UpperQuarter
-- The parent's quarter as it concerns this level; what the parent granted this level is in its last day on time.
INSERT INTO upper_quarter (quarter, due_date, quarter_state, on_time_until) VALUES (:quarter, :due_date::date, :quarter_state, :on_time_until_date::date)
ON CONFLICT (quarter) DO UPDATE SET due_date = excluded.due_date, quarter_state = excluded.quarter_state, on_time_until = excluded.on_time_until
RETURNING quarter, due_date, quarter_state, on_time_until AS on_time_until_date
