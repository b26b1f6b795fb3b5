-- ListReportLinesRequest -> ReportLinePage.rows[]
SELECT l.line_number, l.project_code, l.project_name, l.field, l.track, l.project_state, l.list_kind, l.list_level, l.is_counted,
  l.total_investment_fen, l.fiscal_fen, l.central_fen, l.invested_fen, l.planned_pay_fen, l.planned_workers, l.posts_offered_count,
  l.registered_count, l.absorbed_count, l.local_count, l.female_count, l.priority_count, l.day_hundredths, l.due_fen, l.paid_fen,
  l.unpaid_fen, l.dividend_fen, l.training_count, l.trainee_count, l.sheets_due_count, l.sheets_filed_count, l.sheets_late_count,
  l.notices_due_count, l.notices_done_count, l.inspection_count, l.finding_count, l.rectified_count, l.overdue_count, l.ratio_bp,
  l.floor_bp, l.cumulative_due_fen, l.cumulative_paid_fen, l.cumulative_day_hundredths, l.cumulative_absorbed_count, l.line_note,
  l.origin_unit_id, l.origin_unit_name, l.origin_path, l.origin_report_code, g.ledger_root, g.ledger_row_count, g.ledger_day_hundredths,
  g.ledger_due_fen, g.ledger_paid_fen, line_figures(l.report_code, l.line_number) AS figures, lpad(l.line_number::text, 9, '0') AS page_key
FROM report r JOIN report_line l USING (report_code) LEFT JOIN report_ledger g USING (report_code, line_number)
WHERE r.report_code = :report_code AND l.line_number > coalesce(nullif(regexp_replace(:page_token, '[^0-9]', '', 'g'), '')::int4, 0)
  AND (:call.sees_all OR r.unit_id = :call.unit OR EXISTS (SELECT 1 FROM child_unit c WHERE c.unit_id = r.unit_id AND c.node_unit_id = :call.unit))
ORDER BY l.line_number LIMIT :call.limit
