-- GetPayslipRequest -> Payslip
SELECT s.project_code, p.project_name, s.month, l.worker_number, l.worker_name, l.id_number_mask,
  l.day_hundredths::int8 AS day_hundredths, l.pay_unit,
  l.rate_fen, l.gross_fen, l.net_fen, l.line_state, l.account_no_mask, l.bank_name, l.paid_date, l.bank_serial, l.confirmed_date,
  (SELECT u.unit_name FROM project_party c JOIN unit u ON u.unit_id = c.unit_id
   WHERE c.project_code = s.project_code AND c.relation = 'CONTRACTOR' ORDER BY c.unit_id LIMIT 1) AS employer_name,
  d.social_insurance_fen, d.housing_fund_fen, d.income_tax_fen, d.court_order_fen
FROM wage_sheet s
JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code AND l.worker_number = :worker_number
LEFT JOIN project p ON p.project_code = s.project_code
CROSS JOIN LATERAL (
  SELECT coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'SOCIAL_INSURANCE'), 0)::int8 AS social_insurance_fen,
    coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'HOUSING_FUND'), 0)::int8 AS housing_fund_fen,
    coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'INCOME_TAX'), 0)::int8 AS income_tax_fen,
    coalesce(sum(deduction_fen) FILTER (WHERE deduction_kind = 'COURT_ORDER'), 0)::int8 AS court_order_fen
  FROM deduction x WHERE x.project_code = s.project_code AND x.sheet_code = s.sheet_code AND x.worker_number = l.worker_number
) AS d
WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
