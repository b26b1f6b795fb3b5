-- CheckReportRequest -> ReportKey
-- From here on the lines are fixed: their digest is on record and submitting compares it.
WITH wanted AS (SELECT * FROM report WHERE report_code = :report_code),
problem AS (
  SELECT 'REPORT_UNKNOWN' AS refusal, 'report_code' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'NOT_OWN_UNIT', 'report_code', NULL FROM wanted WHERE unit_id <> :call.unit
  UNION ALL SELECT 'MAKER_IS_CHECKER', 'report_code', made_by FROM wanted WHERE made_by = :call.principal
  UNION ALL SELECT 'REPORT_STATE', 'report_code', report_state FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'report' AND t.from_state = report_state AND t.method = 'CheckReport')),
changed AS (
  UPDATE report r SET report_state = 'CHECKED', line_digest = :gathered_digest, checked_by = :call.principal, checked_at = :call.now,
    unit_note = (SELECT n.comment_note FROM unnest(:comments.project_code, :comments.comment_note) WITH ORDINALITY AS n(project_code, comment_note, place)
      WHERE n.project_code IS NULL ORDER BY n.place DESC LIMIT 1)
  FROM wanted w WHERE r.report_code = w.report_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING r.*),
noted AS (
  UPDATE report_line l SET line_note = n.comment_note
  FROM changed c, (SELECT DISTINCT ON (project_code) project_code, comment_note FROM unnest(:comments.project_code, :comments.comment_note)
    WITH ORDINALITY AS n(project_code, comment_note, place) ORDER BY project_code, place DESC) n
  WHERE l.report_code = c.report_code AND l.project_code = n.project_code),
told AS (
  INSERT INTO report_exception (report_code, exception_number, project_code, exception_rule, exception_note, severity)
  SELECT c.report_code, e.place::int4, e.project_code, e.exception_rule, e.exception_note, e.severity
  FROM changed c, unnest(:gathered_exceptions.project_code, :gathered_exceptions.exception_rule, :gathered_exceptions.exception_note,
    :gathered_exceptions.severity) WITH ORDINALITY AS e(project_code, exception_rule, exception_note, severity, place))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
