-- RecordQuarterRequest -> Quarter
-- A child's copy of its parent's calendar.
WITH recorded AS (
  INSERT INTO quarter (quarter, due_date, grace_days, quarter_state, opened_by, opened_at)
  VALUES (:quarter, :due_date::date, coalesce(:grace_days, 0), :quarter_state, :call.principal, :call.now)
  ON CONFLICT (quarter) DO UPDATE SET due_date = excluded.due_date, grace_days = excluded.grace_days, quarter_state = excluded.quarter_state
  RETURNING *)
SELECT quarter, due_date, grace_days, quarter_state, 0 AS expected_count FROM recorded
