-- DrawRowsRequest -> Draw
-- Seed and positions were drawn before the call was queued, so that they stand in the journal.
WITH wanted AS (
  SELECT r.*, (SELECT d.sender_unit_id FROM delivery d WHERE d.report_code = r.report_code AND d.part_number = 1) AS node_unit_id
  FROM report r WHERE r.report_code = :report_code),
problem AS (
  SELECT 'REPORT_UNKNOWN' AS refusal, 'report_code' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'DRAW_STATE', 'report_code', report_state FROM wanted WHERE report_state NOT IN ('SUBMITTED', 'ACCEPTED')
  UNION ALL SELECT 'DECIDER_IS_AUTHOR', 'report_code', :call.principal FROM wanted WHERE :call.principal IN (made_by, checked_by, submitted_by)
  UNION ALL SELECT 'DRAW_COUNT', 'row_count', :row_count::text WHERE :row_count NOT BETWEEN 1 AND 300
  UNION ALL SELECT 'DRAW_NOTHING', 'report_code', NULL FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM report_ledger g WHERE g.report_code = wanted.report_code AND g.ledger_row_count > 0)
  UNION ALL SELECT DISTINCT 'LEDGER_ROWS_SWEPT', 'report_code', s.project_code || ' ' || s.kept_until
    FROM wanted JOIN report_ledger g USING (report_code) JOIN report_line l USING (report_code, line_number)
      JOIN ledger_sweep s ON s.ledger_key = g.ledger_key AND s.project_code = l.project_code
  UNION ALL SELECT 'UNTIL_DATE_PAST', 'due_date', :due_date::text WHERE :due_date < :call.today),
drawn AS (
  INSERT INTO draw (draw_number, report_code, unit_id, quarter, node_unit_id, seed, row_count, draw_state, due_date, asked_by, asked_at)
  SELECT coalesce((SELECT max(draw_number) FROM draw), 0) + 1, report_code, unit_id, quarter, node_unit_id, :gathered_seed,
    cardinality(:gathered_positions.line_number), 'ASKED', :gathered_due_date, :call.principal, :call.now
  FROM wanted WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
placed AS (
  INSERT INTO draw_position (draw_number, line_number, row_number)
  SELECT d.draw_number, p.line_number, p.row_number
  FROM drawn d, unnest(:gathered_positions.line_number, :gathered_positions.row_number) AS p(line_number, row_number))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, draw_number, report_code, unit_id, quarter, node_unit_id, seed,
  row_count, draw_state, due_date, asked_by, asked_at AS asked_at_us,
  (SELECT json_agg(json_build_object('line_number', p.line_number, 'row_number', p.row_number) ORDER BY p.line_number, p.row_number)
    FROM unnest(:gathered_positions.line_number, :gathered_positions.row_number) AS p(line_number, row_number)) AS positions
FROM drawn
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
