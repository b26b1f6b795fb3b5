-- GetAnnualReportRequest -> AnnualReport
-- 年度专题报告 (R189): the newest consolidation of each quarter; people of the year are those of the last one, distinct in the year.
WITH newest AS (
  SELECT quarter, max(consolidation_number) AS consolidation_number FROM consolidation WHERE left(quarter,
    4)::int4 = :report_year GROUP BY quarter),
total AS (
  SELECT t.quarter, t.consolidation_number, t.total_kind, t.total_key, t.project_count, t.started_count, t.total_investment_fen,
    t.fiscal_fen, t.central_fen, t.planned_pay_fen, t.absorbed_count, t.local_count, t.female_count,
    t.priority_count, t.day_hundredths, t.due_fen, t.paid_fen, t.unpaid_fen, t.trainee_count, t.dividend_fen, t.cumulative_due_fen,
    t.cumulative_paid_fen, t.cumulative_day_hundredths, t.cumulative_absorbed_count, t.per_head_fen,
    t.total_investment_unknown_count, t.fiscal_unknown_count, t.central_unknown_count, t.planned_pay_unknown_count
  FROM newest n JOIN consolidation_total t USING (quarter, consolidation_number) WHERE t.total_kind = 'ALL')
SELECT :report_year AS report_year, year_due(:report_year) AS due_date,
  (SELECT array_agg(r.recipient_name ORDER BY r.recipient_number) FROM year_recipient r WHERE r.valid_from = year_policy_of(:report_year)) AS recipient_names,
  (SELECT json_agg(json_build_object('quarter', t.quarter, 'consolidation_number', t.consolidation_number, 'summary', (SELECT row_to_json(x) FROM (
      SELECT t.total_kind, t.total_key, t.project_count, t.started_count, t.total_investment_fen, t.fiscal_fen, t.central_fen,
        t.planned_pay_fen, t.absorbed_count, t.local_count, t.female_count,
    t.priority_count, t.day_hundredths, t.due_fen, t.paid_fen, t.unpaid_fen, t.trainee_count, t.dividend_fen, t.cumulative_due_fen,
    t.cumulative_paid_fen, t.cumulative_day_hundredths, t.cumulative_absorbed_count, t.per_head_fen,
    t.total_investment_unknown_count, t.fiscal_unknown_count, t.central_unknown_count, t.planned_pay_unknown_count) x))
    ORDER BY t.quarter) FROM total t) AS quarters,
  (SELECT coalesce(sum(due_fen), 0)::int8 FROM total) AS due_fen, (SELECT coalesce(sum(paid_fen), 0)::int8 FROM total) AS paid_fen,
  (SELECT coalesce(sum(day_hundredths), 0)::int8 FROM total) AS day_hundredths,
  (SELECT cumulative_absorbed_count FROM total ORDER BY quarter DESC LIMIT 1) AS absorbed_count,
  (SELECT array_agg(q ORDER BY q) FROM (SELECT :report_year || 'Q' || n AS q FROM generate_series(1, 4) n) y
    WHERE q NOT IN (SELECT quarter FROM newest))
    AS missing_quarters
