-- OpenQuarterRequest -> Quarter
-- Due on the quarter's last day (R188) plus days of grace; the members of this moment are those who must report.
WITH calendar AS (SELECT (make_date(left(:quarter, 4)::int4, right(:quarter, 1)::int4 * 3,
  1) + interval '1 month' - interval '1 day')::date AS last_day),
problem AS (
  SELECT 'QUARTER_EXISTS' AS refusal, 'quarter' AS refusal_path, quarter_state AS refusal_detail FROM quarter WHERE quarter = :quarter
  UNION ALL SELECT 'DUE_DATE_EARLY', 'due_date', last_day::text FROM calendar WHERE :due_date::date < last_day),
opened AS (
  INSERT INTO quarter (quarter, due_date, grace_days, quarter_state, opened_by, opened_at)
  SELECT :quarter, coalesce(:due_date::date, last_day), coalesce(:grace_days, 0), 'OPEN', :call.principal, :call.now
  FROM calendar WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
expected AS (
  INSERT INTO quarter_unit (quarter, unit_id, unit_name)
  SELECT o.quarter, u.unit_id, u.unit_name FROM opened o CROSS JOIN unit u WHERE u.is_member AND u.active RETURNING unit_id)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, due_date, grace_days, quarter_state,
  (SELECT count(*)::int4 FROM expected) AS expected_count
FROM opened
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
