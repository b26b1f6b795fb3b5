-- SweepLedgerRequest -> LedgerSwept
-- The rows of one line; the report above with its root, count and sums stays, and so does the record that they were here. A project that is not over
-- keeps them. When it was over the registry said before the call was queued.
WITH held AS (
  SELECT unit_id, quarter, sum(row_count)::int4 AS row_count, count(*)::int4 AS block_count,
    (greatest(quarter_last_day(quarter), :gathered_complete_date) + make_interval(years => ledger_years(:project_code, :call.today)))::date AS kept_until
  FROM ledger_block WHERE ledger_key = :ledger_key AND project_code = :project_code GROUP BY unit_id, quarter),
problem AS (
  SELECT 'LEDGER_ROWS_UNKNOWN' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM held)
  UNION ALL SELECT 'LEDGER_ROWS_KEPT', 'project_code', CASE WHEN :gathered_complete_date IS NOT NULL THEN kept_until::text END FROM held
    WHERE :gathered_complete_date IS NULL OR kept_until >= :call.today
  UNION ALL SELECT 'LEDGER_ROWS_DRAWN', 'ledger_key', NULL FROM held WHERE ledger_is_drawn(:ledger_key)),
gone AS (
  DELETE FROM ledger_block b WHERE b.ledger_key = :ledger_key AND b.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem)),
noted AS (
  INSERT INTO ledger_sweep (ledger_key, project_code, unit_id, quarter, block_count, row_count, kept_until, swept_by, swept_at)
  SELECT :ledger_key, :project_code, unit_id, quarter, block_count, row_count, kept_until, :call.principal, :call.now
  FROM held WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT p.refusal, p.refusal_path, p.refusal_detail, n.ledger_key, n.project_code, n.unit_id, n.quarter, n.block_count, n.row_count,
  n.kept_until AS kept_until_date, n.swept_by, n.swept_at AS swept_at_us
FROM problem p FULL JOIN noted n ON false
