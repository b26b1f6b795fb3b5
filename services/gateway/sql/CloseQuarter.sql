-- CloseQuarterRequest -> Quarter
WITH problem AS (
  SELECT 'QUARTER_NOT_OPEN' AS refusal, 'quarter' AS refusal_path, :quarter AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'OPEN')
  UNION ALL SELECT 'REPORTS_UNDECIDED', 'quarter', r.report_code FROM report r WHERE r.quarter = :quarter
    AND r.report_state IN ('SUBMITTED', 'RECEIVING')),
closed AS (
  UPDATE quarter SET quarter_state = 'CLOSED', closed_by = :call.principal, closed_at = :call.now
  WHERE quarter = :quarter AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, due_date, grace_days, quarter_state,
  (SELECT count(*)::int4 FROM quarter_unit e WHERE e.quarter = closed.quarter) AS expected_count
FROM closed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
