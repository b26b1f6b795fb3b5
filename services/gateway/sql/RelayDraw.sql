-- RelayDrawRequest -> RelayState
-- Of the drawn rows those that are not kept here are asked of the nodes that delivered their lines: one draw a report beneath, once. The line
-- beneath is the one of the same root; its draw's seed follows from the one above.
WITH place AS (
  SELECT p.line_number, p.row_number, l.project_code, l.origin_report_code, g.ledger_root
  FROM unnest(:positions.line_number, :positions.row_number) AS p(line_number, row_number)
    JOIN report_line l ON l.report_code = :report_code AND l.line_number = p.line_number
    JOIN report_ledger g ON g.report_code = l.report_code AND g.line_number = l.line_number
  WHERE g.ledger_key IS NULL AND l.origin_report_code IS NOT NULL),
beneath AS (
  SELECT p.line_number AS upper_line_number, p.row_number, b.report_code, b.line_number, p.ledger_root
  FROM place p JOIN report_line b ON b.report_code = p.origin_report_code AND b.project_code = p.project_code
  UNION ALL
  SELECT p.line_number, p.row_number, b.report_code, b.line_number, p.ledger_root
  FROM place p JOIN report_line b ON b.origin_report_code = p.origin_report_code AND b.project_code = p.project_code AND b.report_code <> :report_code),
found AS (
  SELECT DISTINCT ON (n.upper_line_number, n.row_number) n.upper_line_number, n.row_number, n.report_code, n.line_number, r.unit_id, r.quarter, d.sender_unit_id
  FROM beneath n JOIN report r USING (report_code) JOIN delivery d ON d.report_code = n.report_code AND d.part_number = 1
    JOIN report_ledger g ON g.report_code = n.report_code AND g.line_number = n.line_number AND g.ledger_root = n.ledger_root
  ORDER BY n.upper_line_number, n.row_number, r.revision DESC),
drawn AS (
  INSERT INTO draw (draw_number, report_code, unit_id, quarter, node_unit_id, seed, row_count, draw_state, due_date, asked_by, asked_at, relayed_seed)
  SELECT coalesce((SELECT max(draw_number) FROM draw), 0) + row_number() OVER (ORDER BY f.report_code), f.report_code, f.unit_id, f.quarter, f.sender_unit_id,
    sha256(:seed || convert_to(f.report_code, 'UTF8')), f.row_count, 'ASKED', :due_date, :call.principal, :call.now, :seed
  FROM (SELECT report_code, unit_id, quarter, sender_unit_id, count(*)::int4 AS row_count FROM found GROUP BY report_code, unit_id, quarter, sender_unit_id) f
  WHERE NOT EXISTS (SELECT 1 FROM draw o WHERE o.relayed_seed = :seed)
  RETURNING *),
placed AS (
  INSERT INTO draw_position (draw_number, line_number, row_number, upper_line_number)
  SELECT d.draw_number, f.line_number, f.row_number, f.upper_line_number FROM drawn d JOIN found f USING (report_code))
SELECT count(*)::int4 AS relayed_count, (count(*) FILTER (WHERE draw_state = 'ASKED'))::int4 AS open_count
FROM (SELECT draw_state FROM draw WHERE relayed_seed = :seed UNION ALL SELECT draw_state FROM drawn) d
