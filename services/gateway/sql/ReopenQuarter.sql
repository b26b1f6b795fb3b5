-- ReopenQuarterRequest -> Quarter
-- For a restatement or a report that came too late to be entered. It moves no clock of "on time".
WITH problem AS (
  SELECT 'QUARTER_NOT_CLOSED' AS refusal, 'quarter' AS refusal_path, :quarter AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'CLOSED')
  UNION ALL SELECT 'EXTENSION_BY_PARENT', 'quarter', :quarter FROM quarter q WHERE q.quarter = :quarter AND q.parent_on_time_until IS NOT NULL
  UNION ALL SELECT 'UNTIL_DATE_PAST', 'until_date', :until_date::text WHERE :until_date::date < :call.today),
opened AS (
  UPDATE quarter SET quarter_state = 'OPEN', closed_by = NULL, closed_at = NULL, reopened_until = :until_date::date, reopen_reason = :reopen_reason
  WHERE quarter = :quarter AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, o.quarter, o.due_date, o.grace_days, o.quarter_state,
  (SELECT count(*)::int4 FROM quarter_unit e WHERE e.quarter = o.quarter) AS expected_count, c.on_time_until AS on_time_until_date,
  c.extended_until AS extended_until_date, greatest(c.on_time_until + c.close_after_days, c.extended_until, o.reopened_until) AS enter_until_date
FROM opened o JOIN quarter_clock c USING (quarter)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
