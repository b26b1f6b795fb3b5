-- RecordQuarterRequest -> Quarter
-- A child's copy of its parent's calendar: working days and policy are the parent's, so its last day on time is taken as it says it.
WITH recorded AS (
  INSERT INTO quarter (quarter, due_date, grace_days, quarter_state, opened_by, opened_at, parent_on_time_until)
  VALUES (:quarter, :due_date::date, coalesce(:grace_days, 0), :quarter_state, :call.principal, :call.now, :on_time_until_date::date)
  ON CONFLICT (quarter) DO UPDATE SET due_date = excluded.due_date, grace_days = excluded.grace_days, quarter_state = excluded.quarter_state,
    parent_on_time_until = excluded.parent_on_time_until
  RETURNING *)
SELECT quarter, due_date, grace_days, quarter_state, 0 AS expected_count,
  on_time_by(parent_on_time_until, due_date, grace_days, grace_in_working_days) AS on_time_until_date
FROM recorded
