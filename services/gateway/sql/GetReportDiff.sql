-- GetReportDiffRequest -> ReportDiff
-- Who may read the report may read what it changed. The changes themselves were found before the call; here is who was added or left out.
WITH wanted AS (
  SELECT r.* FROM report r WHERE r.report_code = :report_code AND (:call.sees_all OR r.unit_id = :call.unit
    OR EXISTS (SELECT 1 FROM child_unit c WHERE c.unit_id = r.unit_id AND c.node_unit_id = :call.unit))),
former AS (
  SELECT o.* FROM wanted w JOIN report o ON o.unit_id = w.unit_id AND o.quarter = w.quarter AND o.revision = :gathered_against_number
    AND o.revision <> w.revision),
people AS (
  SELECT worker_token, bool_or(report_code = (SELECT report_code FROM wanted)) AS now, bool_or(report_code = (SELECT report_code FROM former)) AS before
  FROM report_people WHERE report_code IN (SELECT report_code FROM wanted UNION ALL SELECT report_code FROM former) GROUP BY worker_token),
trained AS (
  SELECT worker_token, bool_or(report_code = (SELECT report_code FROM wanted)) AS now, bool_or(report_code = (SELECT report_code FROM former)) AS before
  FROM report_trainees WHERE report_code IN (SELECT report_code FROM wanted UNION ALL SELECT report_code FROM former) GROUP BY worker_token),
problem AS (
  SELECT 'REVISION_UNKNOWN' AS refusal, 'against_revision' AS refusal_path, :against_revision::text AS refusal_detail FROM wanted
  WHERE NOT EXISTS (SELECT 1 FROM former))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.report_code, w.unit_id,
  coalesce(u.unit_name, w.unit_id) AS unit_name, w.quarter, w.revision, w.restate_reason, o.report_code AS old_report_code, o.revision AS old_revision,
  (SELECT count(*)::int4 FROM people WHERE now AND NOT before) AS people_added_count,
  (SELECT count(*)::int4 FROM people WHERE before AND NOT now) AS people_removed_count,
  (SELECT count(*)::int4 FROM trained WHERE now AND NOT before) AS trainees_added_count,
  (SELECT count(*)::int4 FROM trained WHERE before AND NOT now) AS trainees_removed_count
FROM wanted w JOIN former o ON true LEFT JOIN unit u ON u.unit_id = w.unit_id
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
