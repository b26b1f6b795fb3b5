-- CloseQuarterRequest -> Quarter
WITH problem AS (
  SELECT 'QUARTER_NOT_OPEN' AS refusal, 'quarter' AS refusal_path, :quarter AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'OPEN')
  UNION ALL SELECT 'REPORTS_UNDECIDED', 'quarter', r.report_code FROM report r WHERE r.quarter = :quarter
    AND r.report_state IN ('SUBMITTED', 'RECEIVING') AND r.filer_unit_id IS NULL -- the level's own report is its parent's to decide
  UNION ALL SELECT 'EXTENSION_RUNS', 'quarter', e.unit_id || ' ' || max(e.until_date) FROM report_extension e WHERE e.quarter = :quarter
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.quarter = e.quarter AND r.unit_id = e.unit_id AND r.submitted_at IS NOT NULL)
    GROUP BY e.unit_id HAVING max(e.until_date) >= :call.today),
closed AS (
  UPDATE quarter SET quarter_state = 'CLOSED', closed_by = :call.principal, closed_at = :call.now
  WHERE quarter = :quarter AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, closed.quarter, closed.due_date, closed.grace_days,
  closed.quarter_state, (SELECT count(*)::int4 FROM quarter_unit e WHERE e.quarter = closed.quarter) AS expected_count,
  c.on_time_until AS on_time_until_date, c.extended_until AS extended_until_date, c.enter_until AS enter_until_date
FROM closed JOIN quarter_clock c USING (quarter)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
