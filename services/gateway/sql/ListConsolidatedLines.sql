-- ListConsolidatedRequest -> ConsolidatedLinePage.rows[]
-- Units in order, each one's lines in order; the token is the line number, in nine digits, and the unit.
WITH chosen AS (
  SELECT * FROM consolidation WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT u.unit_id, u.unit_name,
  l.line_number AS "line.line_number", l.project_code AS "line.project_code", l.project_name AS "line.project_name", l.field AS
  "line.field", l.track AS "line.track", l.project_state AS "line.project_state", l.list_kind AS "line.list_kind", l.list_level AS
  "line.list_level", l.is_counted AS "line.is_counted", l.total_investment_fen AS "line.total_investment_fen", l.fiscal_fen AS
  "line.fiscal_fen", l.central_fen AS "line.central_fen", l.invested_fen AS "line.invested_fen", l.planned_pay_fen AS
  "line.planned_pay_fen", l.planned_workers AS "line.planned_workers", l.posts_offered_count AS "line.posts_offered_count",
  l.registered_count AS "line.registered_count", l.absorbed_count AS "line.absorbed_count", l.local_count AS "line.local_count",
  l.female_count AS "line.female_count", l.priority_count AS "line.priority_count", l.day_hundredths AS "line.day_hundredths", l.due_fen AS
  "line.due_fen", l.paid_fen AS "line.paid_fen", l.unpaid_fen AS "line.unpaid_fen", l.dividend_fen AS "line.dividend_fen", l.training_count
  AS "line.training_count", l.trainee_count AS "line.trainee_count", l.sheets_due_count AS "line.sheets_due_count", l.sheets_filed_count AS
  "line.sheets_filed_count", l.sheets_late_count AS "line.sheets_late_count", l.notices_due_count AS "line.notices_due_count",
  l.notices_done_count AS "line.notices_done_count", l.inspection_count AS "line.inspection_count", l.finding_count AS "line.finding_count",
  l.rectified_count AS "line.rectified_count", l.overdue_count AS "line.overdue_count", l.ratio_bp AS "line.ratio_bp", l.floor_bp AS
  "line.floor_bp", l.cumulative_due_fen AS "line.cumulative_due_fen", l.cumulative_paid_fen AS "line.cumulative_paid_fen",
  l.cumulative_day_hundredths AS "line.cumulative_day_hundredths", l.cumulative_absorbed_count AS "line.cumulative_absorbed_count",
  l.line_note AS "line.line_note", l.origin_unit_id AS "line.origin_unit_id", l.origin_unit_name AS "line.origin_unit_name", l.origin_path
  AS "line.origin_path", l.origin_report_code AS "line.origin_report_code",
  line_figures(l.report_code, l.line_number) AS "line.figures",
  lpad(l.line_number::text, 9, '0') || u.unit_id AS page_key
FROM consolidation_unit u JOIN report_line l USING (report_code)
WHERE u.quarter = :quarter AND u.consolidation_number = (SELECT consolidation_number FROM chosen)
  AND u.report_state = 'ACCEPTED' AND u.unit_id >= substr(coalesce(:page_token, ''), 10)
  AND (u.unit_id, l.line_number) > (substr(coalesce(:page_token, ''), 10), coalesce(substring(:page_token FROM '^[0-9]{9}')::int4, 0))
ORDER BY u.unit_id, l.line_number LIMIT :call.limit
