-- PayrollFiguresRequest -> PayrollFiguresPage.rows[]
-- One row a project of the bureau; months of work in the quarter, payments as known now. due = paid + unpaid. A regular sheet is due for
-- every team of a sealed month.
WITH span AS (
  SELECT substr(:quarter, 1, 4) || '-' || lpad((q * 3 - 2)::text, 2, '0') AS first_month, substr(:quarter, 1, 4) || '-'
    || lpad((q * 3)::text, 2, '0') AS last_month,
    make_date(substr(:quarter, 1, 4)::int4, q * 3 - 2, 1) AS first_day,
    (make_date(substr(:quarter, 1, 4)::int4, q * 3 - 2, 1) + interval '3 months' - interval '1 day')::date AS last_day
  FROM (SELECT substr(:quarter, 6, 1)::int4 AS q) AS number
),
chosen AS (
  SELECT project_code, planned_pay_fen FROM project
  WHERE bureau_unit_id = :unit_id AND project_code > coalesce(:page_token, '') ORDER BY project_code LIMIT :call.limit
)
SELECT c.project_code AS page_key, c.project_code, coalesce(c.planned_pay_fen, 0) AS planned_pay_fen, s.gross_fen, s.due_fen,
  s.paid_fen,
  s.due_fen - s.paid_fen AS unpaid_fen, m.sheets_due_count, s.sheets_drawn_count, s.sheets_paid_count, s.sheets_filed_count,
    s.sheets_late_count,
  s.rejected_count, s.unknown_count, d.dividend_fen, s.publicity_due_count, s.publicity_done_count, y.cumulative_due_fen,
    y.cumulative_paid_fen, s.relief_gross_fen, s.relief_due_fen, s.relief_paid_fen, s.contract_gross_fen, s.staff_gross_fen, s.back_pay_fen,
    s.cash_count, s.open_objection_count, d.dividend_beneficiary_count, y.cumulative_relief_due_fen, y.cumulative_relief_paid_fen, m.team_sheets_drawn_count,
    m.team_sheets_paid_count, m.team_sheets_filed_count
FROM chosen c CROSS JOIN span
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS sheets_due_count, count(w.sheet_code)::int4 AS team_sheets_drawn_count,
    count(*) FILTER (WHERE w.sheet_state IN ('PAID', 'FILED'))::int4 AS team_sheets_paid_count,
    count(*) FILTER (WHERE w.sheet_state = 'FILED')::int4 AS team_sheets_filed_count
  FROM sealed_team m LEFT JOIN wage_sheet w ON w.project_code = m.project_code AND w.month = m.month AND w.team_name = m.team_name
    AND w.supplement_number = 0 AND w.sheet_state NOT IN ('VOID', 'REOPENED')
  WHERE m.project_code = c.project_code AND m.month BETWEEN span.first_month AND span.last_month
) AS m
CROSS JOIN LATERAL (
  SELECT coalesce(sum(w.gross_fen), 0)::int8 AS gross_fen, coalesce(sum(w.net_fen), 0)::int8 AS due_fen, coalesce(sum(w.paid_fen),
    0)::int8 AS paid_fen,
    count(*)::int4 AS sheets_drawn_count, count(*) FILTER (WHERE w.sheet_state IN ('PAID', 'FILED'))::int4 AS sheets_paid_count,
    count(*) FILTER (WHERE w.sheet_state = 'FILED')::int4 AS sheets_filed_count,
    count(*) FILTER (WHERE coalesce(w.settled_date, :call.today) > w.due_date)::int4 AS sheets_late_count,
    coalesce(sum(w.failed_count), 0)::int4 AS rejected_count, coalesce(sum(w.unknown_count), 0)::int4 AS unknown_count,
    count(*) FILTER (WHERE w.approved_date IS NOT NULL)::int4 AS publicity_due_count,
    count(*) FILTER (WHERE w.publicity_start_date IS NOT NULL)::int4 AS publicity_done_count,
    coalesce(sum(w.relief_gross_fen), 0)::int8 AS relief_gross_fen, coalesce(sum(w.relief_net_fen), 0)::int8 AS relief_due_fen,
    coalesce(sum(relief_paid(w)), 0)::int8 AS relief_paid_fen, coalesce(sum(w.contract_gross_fen), 0)::int8 AS contract_gross_fen,
    coalesce(sum(w.staff_gross_fen), 0)::int8 AS staff_gross_fen,
    coalesce(sum(w.gross_fen) FILTER (WHERE w.sheet_kind = 'SUPPLEMENT'), 0)::int8 AS back_pay_fen,
    coalesce(sum(w.cash_count), 0)::int4 AS cash_count, coalesce(sum(w.held_count), 0)::int4 AS open_objection_count
  FROM wage_sheet w
  WHERE w.project_code = c.project_code AND w.month BETWEEN span.first_month AND span.last_month AND w.sheet_state <> 'VOID'
) AS s
CROSS JOIN LATERAL (
  SELECT coalesce(sum(w.net_fen), 0)::int8 AS cumulative_due_fen, coalesce(sum(w.paid_fen), 0)::int8 AS cumulative_paid_fen,
    coalesce(sum(w.relief_net_fen), 0)::int8 AS cumulative_relief_due_fen, coalesce(sum(relief_paid(w)), 0)::int8 AS cumulative_relief_paid_fen
    FROM wage_sheet w
  WHERE w.project_code = c.project_code AND w.month BETWEEN substr(:quarter, 1, 4) || '-01' AND span.last_month
    AND w.sheet_state <> 'VOID'
) AS y
CROSS JOIN LATERAL (
  SELECT coalesce(sum(v.dividend_fen), 0)::int8 AS dividend_fen,
    coalesce(max(v.beneficiary_count), 0) AS dividend_beneficiary_count FROM dividend v
  WHERE v.project_code = c.project_code AND v.paid_date BETWEEN span.first_day AND span.last_day
) AS d
ORDER BY c.project_code
