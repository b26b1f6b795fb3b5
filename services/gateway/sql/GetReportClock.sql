-- GetReportClockRequest -> ReportClock
-- A node whose quarter has no list of units is a child: its parent knows who must report.
WITH asked AS (
  SELECT u.unit_id, u.unit_name FROM unit u WHERE u.unit_id = :unit_id
  UNION ALL SELECT e.unit_id, e.unit_name FROM quarter_unit e WHERE e.unit_id = :unit_id AND e.quarter = :quarter
  UNION ALL SELECT c.unit_id, c.unit_id FROM child_unit c WHERE c.unit_id = :unit_id LIMIT 1),
report_of AS (SELECT * FROM report WHERE unit_id = :unit_id AND quarter = :quarter),
newest AS (SELECT report_code, report_state FROM report_of ORDER BY revision DESC LIMIT 1),
filed AS (SELECT is_late FROM report_of WHERE submitted_at IS NOT NULL ORDER BY revision LIMIT 1),
extension AS (SELECT until_date, extension_reason FROM report_extension WHERE quarter = :quarter AND unit_id = :unit_id
  ORDER BY extension_number DESC LIMIT 1),
clock AS (
  SELECT a.unit_id, a.unit_name, q.*, greatest(q.on_time_until, x.until_date) AS unit_until, x.until_date, x.extension_reason, n.report_code,
    coalesce(n.report_state, 'MISSING') AS report_state, f.is_late,
    CASE WHEN q.quarter IS NULL THEN 'QUARTER_UNKNOWN' WHEN q.quarter_state <> 'OPEN' THEN 'QUARTER_NOT_OPEN'
      WHEN EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = :quarter)
        AND NOT EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = :quarter AND e.unit_id = a.unit_id) THEN 'UNIT_NOT_EXPECTED'
      WHEN n.report_state IN ('SUBMITTED', 'RECEIVING') THEN 'REPORT_UNDER_REVIEW'
      WHEN n.report_state = 'ACCEPTED' THEN 'RESTATE_REASON_MISSING' END AS lock_rule
  FROM asked a LEFT JOIN quarter_clock q ON q.quarter = :quarter LEFT JOIN newest n ON true LEFT JOIN filed f ON true LEFT JOIN extension x ON true)
SELECT unit_id, unit_name, :quarter AS quarter, quarter_state, due_date, unit_until AS on_time_until_date, until_date AS extended_until_date,
  extension_reason, coalesce(NOT is_late, :call.today <= unit_until) AS is_on_time, unit_until - :call.today AS days_left,
  lock_rule IS NULL AS may_enter, enter_until AS enter_until_date, lock_rule, report_state, report_code
FROM clock
WHERE :call.sees_all OR unit_id = :call.unit OR EXISTS (SELECT 1 FROM child_unit c WHERE c.unit_id = clock.unit_id AND c.node_unit_id = :call.unit)
