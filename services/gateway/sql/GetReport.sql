-- GetReportRequest -> Report
-- 400 lines fit a reply; line_count tells how many there are, ListReportLines gives them all.
SELECT r.report_code, r.unit_id, coalesce(u.unit_name, r.unit_id) AS unit_name, r.quarter, r.revision, r.report_state, r.is_zero,
  r.zero_reason, r.restate_reason,
  r.line_digest, r.made_by, r.checked_by, r.submitted_by, r.submitted_at AS submitted_at_us, r.is_late, r.in_custody, r.refusal_note, r.decided_by,
  r.return_reason, r.line_count, r.person_count, r.unit_note, r.consolidation_number, r.filer_unit_id,
  coalesce(r.consolidation_number IS NOT NULL AND consolidation_overtaken(r.quarter, r.consolidation_number), false) AS is_overtaken,
  r.base_expected_count AS "level_counts.expected_count", r.base_accepted_count AS "level_counts.accepted_count",
  r.base_late_count AS "level_counts.late_count", r.base_missing_count AS "level_counts.missing_count",
  (SELECT json_agg(json_build_object('total_kind', h.total_kind, 'total_key', h.total_key, 'absorbed_count', h.absorbed_count, 'local_count',
    h.local_count, 'female_count', h.female_count, 'priority_count', h.priority_count, 'cumulative_absorbed_count', h.cumulative_absorbed_count)
    ORDER BY h.total_kind, h.total_key) FROM report_heads h WHERE h.report_code = r.report_code) AS level_heads,
  (SELECT json_agg(row_to_json(b)) FROM (SELECT unit_id, unit_name, origin_path, report_state, is_late FROM report_below
    WHERE report_code = r.report_code ORDER BY origin_path LIMIT 400) b) AS units_below,
  (SELECT json_agg(json_build_object('level_number', v.level_number, 'level_unit_id', v.level_unit_id, 'level_unit_name', v.level_unit_name,
    'decided_at_us', (extract(epoch FROM v.decided_at) * 1000000)::int8, 'level_report_code', v.level_report_code,
    'is_proven', v.is_proven) ORDER BY v.level_number)
    FROM report_level v WHERE v.report_code = r.report_code) AS levels,
  (SELECT json_agg(row_to_json(x) ORDER BY x.line_number) FROM (
    SELECT l.line_number, l.project_code, l.project_name, l.field, l.track, l.project_state, l.list_kind, l.list_level, l.is_counted,
      l.total_investment_fen, l.fiscal_fen, l.central_fen, l.invested_fen, l.planned_pay_fen, l.planned_workers, l.posts_offered_count,
      l.registered_count, l.absorbed_count, l.local_count, l.female_count, l.priority_count, l.day_hundredths, l.due_fen, l.paid_fen,
      l.unpaid_fen, l.dividend_fen, l.training_count, l.trainee_count, l.sheets_due_count, l.sheets_filed_count, l.sheets_late_count,
      l.notices_due_count, l.notices_done_count, l.inspection_count, l.finding_count, l.rectified_count, l.overdue_count, l.ratio_bp,
      l.floor_bp, l.cumulative_due_fen, l.cumulative_paid_fen, l.cumulative_day_hundredths, l.cumulative_absorbed_count, l.line_note,
      l.origin_unit_id, l.origin_unit_name, l.origin_path, l.origin_report_code,
      encode(g.ledger_root, 'base64') AS ledger_root, g.ledger_row_count, g.ledger_day_hundredths, g.ledger_due_fen, g.ledger_paid_fen,
      line_figures(l.report_code, l.line_number) AS figures
    FROM report_line l LEFT JOIN report_ledger g USING (report_code, line_number) WHERE l.report_code = r.report_code ORDER BY l.line_number LIMIT 400) x)
    AS lines,
  (SELECT json_agg(json_build_object('project_code', e.project_code, 'exception_rule', e.exception_rule, 'exception_note', e.exception_note,
    'severity', e.severity)
    ORDER BY e.exception_number) FROM (
      SELECT x.exception_number, x.project_code, x.exception_rule, x.exception_note, x.severity FROM report_exception x
      WHERE x.report_code = r.report_code AND x.exception_number <= 400
      UNION ALL SELECT 900000000 + w.double_number, w.project_code, 'DOUBLE_WORK',
        '与' || coalesce(o.unit_name, w.other_unit_id) || '：' || w.worker_count || '人' || w.day_count || '天', 'WARN'
      FROM double_work_of_line w LEFT JOIN unit o ON o.unit_id = w.other_unit_id
      WHERE w.report_code = r.report_code AND w.quarter = r.quarter
        AND w.consolidation_number = (SELECT max(c.consolidation_number) FROM consolidation c WHERE c.quarter = r.quarter)) e) AS exceptions,
  (SELECT json_agg(json_build_object('project_code', m.project_code, 'remark_note', m.remark_note) ORDER BY m.remark_number)
    FROM report_remark m WHERE m.report_code = r.report_code) AS remarks
FROM report r LEFT JOIN unit u USING (unit_id)
WHERE r.report_code = :report_code AND (:call.sees_all OR r.unit_id = :call.unit
  OR EXISTS (SELECT 1 FROM child_unit c WHERE c.unit_id = r.unit_id AND c.node_unit_id = :call.unit))
