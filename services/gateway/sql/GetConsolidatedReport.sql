-- GetConsolidatedReportRequest -> ConsolidatedReport
-- Read from what Consolidate froze. Of lines, units, units' totals, conflicts and exceptions 400 each fit a reply, beside how many there are; the
-- methods ListConsolidated… give them all.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1),
total AS (
  SELECT t.total_kind, t.total_key, t.project_count, t.started_count, t.total_investment_fen, t.fiscal_fen, t.central_fen,
    t.planned_pay_fen, t.absorbed_count, t.local_count, t.female_count,
    t.priority_count, t.day_hundredths, t.due_fen, t.paid_fen, t.unpaid_fen, t.trainee_count, t.dividend_fen, t.cumulative_due_fen,
    t.cumulative_paid_fen, t.cumulative_day_hundredths, t.cumulative_absorbed_count, t.per_head_fen,
    t.total_investment_unknown_count, t.fiscal_unknown_count, t.central_unknown_count, t.planned_pay_unknown_count,
    t.conflict_absorbed_count,
    total_figures(t.quarter, t.consolidation_number, t.total_kind, t.total_key) AS figures
  FROM chosen c JOIN consolidation_total t USING (quarter, consolidation_number)),
standing AS (SELECT u.* FROM chosen c JOIN consolidation_unit u USING (quarter, consolidation_number)),
conflicting AS (
  SELECT l.project_code FROM standing s JOIN report_line l USING (report_code) WHERE s.report_state = 'ACCEPTED' AND l.is_counted
  GROUP BY l.project_code HAVING min(coalesce(l.origin_unit_id, s.unit_id)) <> max(coalesce(l.origin_unit_id, s.unit_id))),
conflict AS (
  SELECT project_code, min(project_name) AS project_name,
    string_agg(coalesce(origin_unit_name || '（' || unit_name || '）', unit_name), '、' ORDER BY unit_id, line_number) AS unit_names, count(*)::int4 AS unit_count,
    sum(paid_fen)::int8 AS paid_fen
  FROM conflicting c JOIN report_line l USING (project_code) JOIN standing s USING (report_code) WHERE s.report_state = 'ACCEPTED' AND l.is_counted
  GROUP BY project_code),
exception AS (
  SELECT s.unit_id, s.unit_name, e.project_code, e.exception_rule, e.exception_note,
    CASE WHEN e.project_code IS NULL THEN r.unit_note ELSE l.line_note END AS line_note
  FROM standing s JOIN report_exception e USING (report_code) JOIN report r USING (report_code) LEFT JOIN LATERAL (
    SELECT line_note FROM report_line o WHERE o.report_code = e.report_code AND o.project_code = e.project_code ORDER BY line_number LIMIT 1) l ON true
  WHERE s.report_state = 'ACCEPTED' AND e.severity IS DISTINCT FROM 'INFO'
  UNION ALL SELECT s.unit_id, s.unit_name, w.project_code, 'DOUBLE_WORK', '与' || coalesce(o.unit_name, w.other_unit_id) || '：' || w.worker_count || '人' || w.day_count || '天', NULL
  FROM chosen c JOIN double_work_of_line w USING (quarter, consolidation_number) JOIN standing s USING (report_code)
    LEFT JOIN unit o ON o.unit_id = w.other_unit_id
  UNION ALL SELECT unit_id, unit_name, NULL, 'LATE_FILING', NULL, NULL FROM standing WHERE is_late
  UNION ALL SELECT unit_id, unit_name, NULL, 'NOT_FILED', NULL, NULL FROM standing WHERE report_state IN ('MISSING', 'DRAFT')
  UNION ALL SELECT NULL, unit_names, project_code, 'PROJECT_OF_TWO_UNITS', NULL, NULL FROM conflict),
below AS (SELECT b.* FROM standing s JOIN report_below b USING (report_code) WHERE s.report_state = 'ACCEPTED'),
sent AS (
  SELECT r.report_code, r.report_state, r.consolidation_number FROM report r
  WHERE r.quarter = :quarter AND r.filer_unit_id IS NOT NULL AND r.report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') ORDER BY r.revision DESC LIMIT 1)
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
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM (SELECT * FROM total WHERE total_kind = 'UNIT' ORDER BY total_key LIMIT 400) t) AS by_unit,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'TOWNSHIP') AS by_township,
  (SELECT json_agg(row_to_json(t) ORDER BY t.total_key) FROM total t WHERE t.total_kind = 'FUND_SOURCE') AS by_fund_source,
  (SELECT json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'report_state', report_state, 'is_zero', is_zero,
    'is_late', is_late,
    'report_code', report_code, 'submitted_at_us', (extract(epoch FROM submitted_at) * 1000000)::int8) ORDER BY unit_id)
    FROM (SELECT * FROM standing ORDER BY unit_id LIMIT 400) u) AS units,
  (SELECT array_agg(unit_name ORDER BY unit_id) FROM standing WHERE report_state IN ('MISSING', 'DRAFT')) AS missing_unit_names,
  (SELECT array_agg(unit_name ORDER BY unit_id) FROM standing WHERE is_late) AS late_unit_names,
  (SELECT coalesce(sum(r.line_count), 0)::int4 FROM standing s JOIN report r USING (report_code) WHERE s.report_state = 'ACCEPTED') AS line_count,
  (SELECT json_agg(json_build_object('unit_id', x.unit_id, 'unit_name', x.unit_name, 'line', (SELECT row_to_json(y) FROM (
      SELECT x.line_number, x.project_code, x.project_name, x.field, x.track, x.project_state, x.list_kind, x.list_level,
      x.is_counted, x.total_investment_fen, x.fiscal_fen, x.central_fen, x.invested_fen, x.planned_pay_fen, x.planned_workers,
        x.posts_offered_count,
      x.registered_count, x.absorbed_count, x.local_count, x.female_count, x.priority_count, x.day_hundredths, x.due_fen, x.paid_fen,
      x.unpaid_fen, x.dividend_fen, x.training_count, x.trainee_count, x.sheets_due_count, x.sheets_filed_count, x.sheets_late_count,
        x.notices_due_count,
      x.notices_done_count, x.inspection_count, x.finding_count, x.rectified_count, x.overdue_count, x.ratio_bp, x.floor_bp, x.cumulative_due_fen,
      x.cumulative_paid_fen, x.cumulative_day_hundredths, x.cumulative_absorbed_count, x.line_note,
      x.origin_unit_id, x.origin_unit_name, x.origin_path, x.origin_report_code,
      line_figures(x.report_code, x.line_number) AS figures) y)) ORDER BY x.unit_id, x.line_number)
    FROM (SELECT u.unit_id, u.unit_name, l.* FROM consolidation_unit u JOIN report_line l USING (report_code)
      WHERE u.quarter = :quarter AND u.consolidation_number = (SELECT consolidation_number FROM chosen) AND u.report_state = 'ACCEPTED'
      ORDER BY u.unit_id, l.line_number LIMIT 400) x) AS lines,
  (SELECT json_agg(row_to_json(f) ORDER BY f.project_code) FROM (SELECT * FROM conflict ORDER BY project_code LIMIT 400) f) AS conflicts,
  (SELECT json_agg(row_to_json(e) ORDER BY e.unit_id, e.project_code, e.exception_rule)
    FROM (SELECT * FROM exception ORDER BY unit_id, project_code, exception_rule LIMIT 400) e) AS exceptions,
  (SELECT count(*)::int4 FROM exception) AS exception_count,
  n.expected_count AS "level_counts.expected_count", n.accepted_count AS "level_counts.accepted_count", n.late_count AS "level_counts.late_count",
  n.missing_count AS "level_counts.missing_count",
  (SELECT json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'origin_path', origin_path, 'report_state', report_state, 'is_late',
    is_late) ORDER BY origin_path) FROM (SELECT * FROM below ORDER BY origin_path LIMIT 400) b) AS units_below,
  (SELECT count(*)::int4 FROM below) AS unit_below_count,
  (SELECT json_build_object('report_code', s.report_code, 'report_state', s.report_state, 'consolidation_number', s.consolidation_number, 'is_overtaken',
    consolidation_overtaken(:quarter, s.consolidation_number)) FROM sent s) AS sent_up
FROM chosen c CROSS JOIN LATERAL consolidation_counts(c.quarter, c.consolidation_number) n
