-- ListRemindersRequest -> ReminderPage.rows[]
-- Computed from the calendar and what has arrived: before the due day, on it, when an extension has run out, and every so many working days
-- while a report is late. Nobody is reminded of what he has filed. The yearly report is the office's own: it has no unit; a yearly list is
-- each bureau's (R189, R050).
WITH day AS (SELECT coalesce(:on_date::date, :call.today) AS today),
policy AS (SELECT p.*, d.today FROM day d JOIN reporting_policy p ON p.valid_from <= greatest(d.today, DATE '2020-01-01')
  ORDER BY p.valid_from DESC LIMIT 1),
quarterly AS (
  SELECT q.quarter, q.due_date, e.unit_id, e.unit_name, coalesce(s.report_state, 'MISSING') AS report_state, x.until_date,
    greatest(q.on_time_until, x.until_date) AS on_time_until,
    CASE WHEN x.until_date > q.on_time_until THEN x.until_date ELSE q.due_date END AS target
  FROM quarter_clock q JOIN quarter_unit e USING (quarter) LEFT JOIN unit_standing s USING (quarter, unit_id)
    CROSS JOIN LATERAL (SELECT extended_until(q.quarter, e.unit_id) AS until_date) x
  WHERE q.quarter_state = 'OPEN' AND coalesce(s.report_state, 'MISSING') IN ('MISSING', 'DRAFT') AND (:call.sees_all OR e.unit_id = :call.unit)
),
yearly AS (
  SELECT y.year, year_due(y.year) AS target FROM day d CROSS JOIN LATERAL generate_series(extract(year FROM d.today)::int4 - 1,
    extract(year FROM d.today)::int4) AS y(year)
  WHERE :call.sees_all AND EXISTS (SELECT 1 FROM quarter q WHERE left(q.quarter, 4)::int4 = y.year)
    AND NOT EXISTS (SELECT 1 FROM year_report r WHERE r.report_year = y.year AND r.year_report_state = 'ISSUED')),
listing AS (
  SELECT extract(year FROM d.today)::int4 AS year, l.unit_id, l.unit_name, l.list_due_date AS target
  FROM day d CROSS JOIN LATERAL list_standings(extract(year FROM d.today)::int4, d.today) l
  WHERE l.submission_number = 0 AND (:call.sees_all OR l.unit_id = :call.unit)),
upper AS (
  SELECT q.quarter, q.due_date, q.on_time_until FROM upper_quarter q WHERE q.quarter_state = 'OPEN' AND :call.sees_all AND NOT EXISTS (
    SELECT 1 FROM report r WHERE r.quarter = q.quarter AND r.filer_unit_id IS NOT NULL AND r.report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED'))),
waiting AS (
  SELECT quarter || ' ' || unit_id AS key, 'QUARTER_REPORT' AS subject, left(quarter, 4)::int4 AS year, quarter, unit_id, unit_name, report_state, due_date,
    until_date, on_time_until, target FROM quarterly
  UNION ALL SELECT quarter || 'U ', 'UPPER_REPORT', left(quarter, 4)::int4, quarter, NULL, NULL, NULL, due_date, NULL, on_time_until, due_date FROM upper
  UNION ALL SELECT year || 'Y ', 'YEAR_REPORT', year, NULL, NULL, NULL, NULL, target, NULL, target, target FROM yearly
  UNION ALL SELECT year || 'L ' || unit_id, 'YEAR_LIST', year, NULL, unit_id, unit_name, NULL, target, NULL, target, target FROM listing),
told AS (
  SELECT w.*, CASE
      WHEN p.today = w.target THEN 'DUE_TODAY'
      WHEN p.today < w.target AND EXISTS (SELECT 1 FROM unnest(p.remind_before_days) n WHERE working_days_from(w.target, -n) = p.today) THEN 'BEFORE_DUE'
      WHEN p.today = w.until_date + 1 AND w.until_date = w.on_time_until THEN 'EXTENSION_OVER'
      WHEN p.today > w.on_time_until AND working_days_between(p.today - 1, p.today) = 1
        AND (working_days_between(w.on_time_until, p.today) - 1) % p.remind_every_days = 0 THEN 'LATE' END AS reminder_kind,
    CASE WHEN p.today <= w.target THEN working_days_between(p.today, w.target) ELSE working_days_between(w.on_time_until, p.today) END
      AS working_day_count
  FROM waiting w CROSS JOIN policy p)
SELECT quarter, unit_id, unit_name, reminder_kind, due_date, on_time_until AS on_time_until_date, working_day_count, report_state,
  subject AS reminder_subject, year AS reminder_year, key AS page_key
FROM told WHERE reminder_kind IS NOT NULL AND key > coalesce(:page_token, '') ORDER BY key LIMIT :call.limit
