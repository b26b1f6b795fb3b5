-- ZeroReportRequest -> ReportKey
-- A report that there is nothing to report: allowed only when the unit has no project that counts.
WITH newest AS (SELECT revision, report_state FROM report WHERE unit_id = :unit_id AND quarter = :quarter ORDER BY revision DESC LIMIT 1),
gathered AS (
  SELECT * FROM unnest(:gathered_lines.project_code, :gathered_lines.track, :gathered_lines.list_kind) AS g(project_code, track, list_kind)),
counted AS (
  SELECT g.project_code, (CASE WHEN :gathered_version IS NULL THEN e.project_code ELSE g.list_kind END IS NOT NULL
    OR coalesce(g.track, '') = 'SPECIAL_FUND') AS is_counted
  FROM gathered g LEFT JOIN list_entry e ON e.project_code = g.project_code AND e.list_year = left(:quarter, 4)::int4
    AND e.list_state IN ('LISTED', 'ADJUSTED')),
problem AS (
  SELECT 'NOT_OWN_UNIT' AS refusal, 'unit_id' AS refusal_path, NULL::text AS refusal_detail WHERE :unit_id <> :call.unit
  UNION ALL SELECT 'QUARTER_NOT_OPEN', 'quarter', :quarter
    WHERE NOT EXISTS (SELECT 1 FROM quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'OPEN')
  UNION ALL SELECT 'REPORT_UNDER_REVIEW', 'quarter', report_state FROM newest WHERE report_state IN ('SUBMITTED', 'RECEIVING')
  UNION ALL SELECT 'ZERO_REPORT_WITH_FIGURES', 'unit_id', g.project_code FROM counted g WHERE g.is_counted
  UNION ALL SELECT 'REPORT_UNDER_REVIEW', 'quarter', report_state FROM newest WHERE report_state = 'ACCEPTED'),
replaced AS (
  UPDATE report SET report_state = 'REPLACED' WHERE unit_id = :unit_id AND quarter = :quarter AND report_state IN ('DRAFT', 'CHECKED')
    AND NOT EXISTS (SELECT 1 FROM problem)),
drafted AS (
  INSERT INTO report (report_code, unit_id, quarter, revision, report_state, is_zero, zero_reason, line_count, person_count, made_by, made_at)
  SELECT :unit_id || '-' || :quarter || '-' || r.revision, :unit_id, :quarter, r.revision, 'DRAFT', true, :zero_reason, 0, 0,
    :call.principal, :call.now
  FROM (SELECT coalesce((SELECT revision FROM newest), 0) + 1 AS revision) r WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM drafted
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
