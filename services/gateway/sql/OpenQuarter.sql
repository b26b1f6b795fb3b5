-- OpenQuarterRequest -> Quarter
-- Due on the quarter's last day (R188), or on the working day behind it where policy says so, plus days of grace; the members of this
-- moment are those who must report.
WITH calendar AS (SELECT (make_date(left(:quarter, 4)::int4, right(:quarter, 1)::int4 * 3,
  1) + interval '1 month' - interval '1 day')::date AS last_day),
policy AS (
  SELECT c.last_day, p.*, CASE WHEN p.due_on_working_day THEN working_days_from(c.last_day - 1, 1) ELSE c.last_day END AS policy_due
  FROM calendar c JOIN reporting_policy p ON p.valid_from <= greatest(c.last_day, DATE '2020-01-01') ORDER BY p.valid_from DESC LIMIT 1),
problem AS (
  SELECT 'QUARTER_EXISTS' AS refusal, 'quarter' AS refusal_path, quarter_state AS refusal_detail FROM quarter WHERE quarter = :quarter
  UNION ALL SELECT 'DUE_DATE_EARLY', 'due_date', last_day::text FROM calendar WHERE :due_date::date < last_day),
opened AS (
  INSERT INTO quarter (quarter, due_date, grace_days, quarter_state, opened_by, opened_at, grace_in_working_days, close_after_days)
  SELECT :quarter, coalesce(:due_date::date, policy_due), coalesce(:grace_days, grace_days), 'OPEN', :call.principal, :call.now,
    grace_in_working_days, coalesce(close_after_days, :close_after_days)
  FROM policy WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
expected AS (
  INSERT INTO quarter_unit (quarter, unit_id, unit_name)
  SELECT o.quarter, u.unit_id, u.unit_name FROM opened o CROSS JOIN unit u WHERE u.is_member AND u.active RETURNING unit_id),
clock AS (SELECT o.*, on_time_by(NULL, due_date, grace_days, grace_in_working_days) AS on_time_until FROM opened o)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, due_date, grace_days, quarter_state,
  (SELECT count(*)::int4 FROM expected) AS expected_count, on_time_until AS on_time_until_date, NULL::date AS extended_until_date,
  on_time_until + close_after_days AS enter_until_date
FROM clock
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
