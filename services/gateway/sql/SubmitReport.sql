-- SubmitReportRequest -> ReportKey
-- On a child the signed parts go into the queue to the parent, in the same transaction; elsewhere the report has arrived.
WITH wanted AS (
  SELECT r.*, CASE WHEN r.filer_unit_id IS NULL THEN q.quarter_state ELSE u.quarter_state END AS quarter_state,
    CASE WHEN r.filer_unit_id IS NULL THEN unit_on_time(r.quarter, r.unit_id) ELSE u.on_time_until END AS on_time_until
  FROM report r LEFT JOIN quarter q USING (quarter) LEFT JOIN upper_quarter u USING (quarter) WHERE report_code = :report_code),
problem AS (
  SELECT 'REPORT_UNKNOWN' AS refusal, 'report_code' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'NOT_OWN_UNIT', 'report_code', NULL FROM wanted WHERE coalesce(filer_unit_id, unit_id) <> :call.unit
  UNION ALL SELECT CASE WHEN filer_unit_id IS NULL THEN 'QUARTER_NOT_OPEN' ELSE 'UPPER_QUARTER_NOT_OPEN' END, 'report_code', quarter FROM wanted
    WHERE coalesce(quarter_state, '') <> 'OPEN'
  UNION ALL SELECT 'REPORT_CHANGED', 'report_code', NULL FROM wanted WHERE report_state = 'CHECKED' AND line_digest IS DISTINCT
    FROM :gathered_digest
  UNION ALL SELECT 'UNIT_NOT_EXPECTED', 'report_code', unit_id FROM wanted WHERE coalesce(cardinality(:gathered_parts.part_number), 0) = 0
    AND NOT EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = wanted.quarter AND e.unit_id = wanted.unit_id)
  UNION ALL SELECT 'REPORT_STATE', 'report_code', report_state FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'report' AND t.from_state = report_state AND t.method = 'SubmitReport')),
changed AS (
  UPDATE report r SET report_state = 'SUBMITTED', submitted_by = :call.principal, submitted_at = :call.now,
    is_late = :call.today > w.on_time_until, part_count = cardinality(:gathered_parts.part_number)
  FROM wanted w WHERE r.report_code = w.report_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING r.*),
queued AS (
  INSERT INTO outgoing_part (report_code, part_number, content, signature, key_id, digest, queued_at, part_state)
  SELECT c.report_code, p.part_number, p.content, p.signature, p.key_id, p.digest, :call.now, 'QUEUED'
  FROM changed c, unnest(:gathered_parts.part_number, :gathered_parts.content, :gathered_parts.signature, :gathered_parts.key_id,
    :gathered_parts.digest)
    AS p(part_number, content, signature, key_id, digest))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
