-- GetConsolidatedReportRequest -> ConsolidatedReport
-- Read from what Consolidate froze. Lines in the order of units; 400 lines fit a reply, line_count tells how many there are.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1),
total AS (
  SELECT t.total_kind, t.total_key, t.project_count, t.started_count, t.total_investment_fen, t.fiscal_fen, t.central_fen,
    t.planned_pay_fen, t.absorbed_count, t.local_count, t.female_count,
    t.priority_count, t.day_hundredths, t.due_fen, t.paid_fen, t.unpaid_fen, t.trainee_count, t.dividend_fen, t.cumulative_due_fen,
    t.cumulative_paid_fen, t.cumulative_day_hundredths, t.cumulative_absorbed_count, t.per_head_fen,
    t.total_investment_unknown_count, t.fiscal_unknown_count, t.central_unknown_count, t.planned_pay_unknown_count,
    total_figures(t.quarter, t.consolidation_number, t.total_kind, t.total_key) AS figures
  FROM chosen c JOIN consolidation_total t USING (quarter, consolidation_number)),
standing AS (SELECT u.* FROM chosen c JOIN consolidation_unit u USING (quarter, consolidation_number)),
line AS (
  SELECT s.unit_id, s.unit_name, l.* FROM standing s JOIN report_line l USING (report_code) WHERE s.report_state = 'ACCEPTED'),
conflict AS (
  SELECT project_code, min(project_name) AS project_name, string_agg(unit_name, '、' ORDER BY unit_id) AS unit_names, count(*)::int4 AS unit_count,
    sum(paid_fen)::int8 AS paid_fen
  FROM line WHERE is_counted GROUP BY project_code HAVING count(DISTINCT unit_id) > 1),
exception AS (
  SELECT s.unit_id, s.unit_name, e.project_code, e.exception_rule, e.exception_note,
    CASE WHEN e.project_code IS NULL THEN r.unit_note ELSE l.line_note END AS line_note
  FROM standing s JOIN report_exception e USING (report_code) JOIN report r USING (report_code) LEFT JOIN report_line l ON l.report_code = e.report_code
    AND l.project_code = e.project_code
  WHERE s.report_state = 'ACCEPTED' AND e.severity IS DISTINCT FROM 'INFO'
  UNION ALL SELECT unit_id, unit_name, NULL, 'LATE_FILING', NULL, NULL FROM standing WHERE is_late
  UNION ALL SELECT unit_id, unit_name, NULL, 'NOT_FILED', NULL, NULL FROM standing WHERE report_state IN ('MISSING', 'DRAFT')
  UNION ALL SELECT NULL, unit_names, project_code, 'PROJECT_OF_TWO_UNITS', NULL, NULL FROM conflict)
SELECT c.quarter, c.consolidation_number, c.consolidated_at AS consolidated_at_us, c.consolidated_by,
  (SELECT count(*)::int4 FROM standing) AS expected_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED')) AS reported_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state = 'ACCEPTED') AS accepted_count,
  (SELECT count(*)::int4 FROM standing WHERE is_late) AS late_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state IN ('MISSING', 'DRAFT')) AS missing_count,
  (SELECT row_to_json(t) FROM total t WHERE t.total_kind = 'ALL') AS summary,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'FIELD') AS by_field,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'TRACK') AS by_track,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'LIST_KIND') AS by_list_kind,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'LIST_LEVEL') AS by_list_level,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'UNIT') AS by_unit,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'TOWNSHIP') AS by_township,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'FUND_SOURCE') AS by_fund_source,
  (SELECT json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'report_state', report_state, 'is_zero', is_zero,
    'is_late', is_late,
    'report_code', report_code, 'submitted_at_us', (extract(epoch FROM submitted_at) * 1000000)::int8) ORDER BY unit_id) FROM standing) AS units,
  (SELECT array_agg(unit_name ORDER BY unit_id) FROM standing WHERE report_state IN ('MISSING', 'DRAFT')) AS missing_unit_names,
  (SELECT array_agg(unit_name ORDER BY unit_id) FROM standing WHERE is_late) AS late_unit_names,
  (SELECT count(*)::int4 FROM line) AS line_count,
  (SELECT json_agg(json_build_object('unit_id', x.unit_id, 'unit_name', x.unit_name, 'line', (SELECT row_to_json(y) FROM (
      SELECT x.line_number, x.project_code, x.project_name, x.field, x.track, x.project_state, x.list_kind, x.list_level,
      x.is_counted, x.total_investment_fen, x.fiscal_fen, x.central_fen, x.invested_fen, x.planned_pay_fen, x.planned_workers,
        x.posts_offered_count,
      x.registered_count, x.absorbed_count, x.local_count, x.female_count, x.priority_count, x.day_hundredths, x.due_fen, x.paid_fen,
      x.unpaid_fen, x.dividend_fen, x.training_count, x.trainee_count, x.sheets_due_count, x.sheets_filed_count, x.sheets_late_count,
        x.notices_due_count,
      x.notices_done_count, x.inspection_count, x.finding_count, x.rectified_count, x.overdue_count, x.ratio_bp, x.floor_bp, x.cumulative_due_fen,
      x.cumulative_paid_fen, x.cumulative_day_hundredths, x.cumulative_absorbed_count, x.line_note, line_figures(x.report_code, x.line_number) AS figures) y)) ORDER BY x.unit_id, x.line_number)
    FROM (SELECT * FROM line ORDER BY unit_id, line_number LIMIT 400) x) AS lines,
  (SELECT json_agg(row_to_json(f) ORDER BY f.project_code) FROM conflict f) AS conflicts,
  (SELECT json_agg(row_to_json(e) ORDER BY e.unit_id, e.project_code, e.exception_rule) FROM exception e) AS exceptions
FROM chosen c
