-- GetPayslipRequest -> Payslip
-- The code opens a worker's own pay to whoever knows it: only those who hand the slips out see it.
SELECT s.project_code, p.project_name, s.month, l.worker_number, l.worker_name AS worker_name, l.id_number_mask,
  l.day_hundredths::int8 AS day_hundredths, l.pay_unit, l.rate_fen, l.gross_fen, l.deduction_fen, l.net_fen, l.line_state, l.account_no_mask, l.bank_name,
  l.paid_date, l.bank_serial, l.confirmed_date, l.hours_hundredths, l.piece_hundredths, l.post_name, l.pay_cycle, l.line_kind, l.pay_class,
  l.earlier_sheet_code, l.line_reason, l.held, l.confirm_method, l.pay_method, l.cash_reason, s.sheet_code, s.sheet_state, s.team_name, s.due_date,
  s.publicity_end_date, s.hotline, CASE WHEN s.slip_seed IS NOT NULL AND EXISTS (SELECT 1 FROM project_party y
    WHERE y.project_code = s.project_code AND y.unit_id = :call.unit AND y.relation IN ('CONTRACTOR', 'OWNER', 'TOWNSHIP'))
    THEN slip_code(s.slip_seed, l.worker_number) END AS slip_code,
  (s.month || '-01')::date AS period_from_date, ((s.month || '-01')::date + interval '1 month' - interval '1 day')::date AS period_to_date,
  party_name(s.project_code, 'CONTRACTOR') AS employer_name, party_name(s.project_code, 'OWNER') AS owner_name,
  d.social_insurance_fen, d.housing_fund_fen, d.income_tax_fen, d.court_order_fen, d.deductions
FROM wage_sheet s
JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code AND l.worker_number = :worker_number
LEFT JOIN project p ON p.project_code = s.project_code
CROSS JOIN LATERAL (
  SELECT coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'SOCIAL_INSURANCE'), 0)::int8 AS social_insurance_fen,
    coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'HOUSING_FUND'), 0)::int8 AS housing_fund_fen,
    coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'INCOME_TAX'), 0)::int8 AS income_tax_fen,
    coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'COURT_ORDER'), 0)::int8 AS court_order_fen,
    coalesce(json_agg(json_build_object('deduction_kind', deduction_kind, 'deduction_fen', deduction_fen, 'deduction_reason', deduction_reason)
      ORDER BY deduction_kind) FILTER (WHERE deduction_fen > 0), '[]'::json) AS deductions
  FROM deduction x WHERE x.project_code = s.project_code AND x.sheet_code = s.sheet_code AND x.worker_number = l.worker_number
) AS d
WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
