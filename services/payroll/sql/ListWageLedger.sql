-- ListWageLedgerRequest -> WageLedgerPage.rows[]
-- 劳务报酬发放台账 with all columns of facts C.6 no. 3: the line, and at the foot who made, reviewed, approved and posted it. Sheets made void
-- and lines replaced are not in it, so that it adds up to what was and is to be paid.
WITH head AS MATERIALIZED (
  SELECT s.*, p.project_name, party_name(s.project_code, 'CONTRACTOR') AS contractor_name, party_name(s.project_code, 'SUPERVISOR') AS supervisor_name,
    party_name(s.project_code, 'OWNER') AS owner_name, party_name(s.project_code, 'TOWNSHIP') AS township_name, retention_date(s) AS retention_date,
    r.reviewed_by, r.reviewed_date
  FROM wage_sheet s
  LEFT JOIN project p ON p.project_code = s.project_code
  LEFT JOIN LATERAL (
    SELECT x.reviewed_by, x.reviewed_date FROM sheet_review x WHERE x.project_code = s.project_code AND x.sheet_code = s.sheet_code
      AND x.standard_ok AND x.cycle_ok AND x.agreements_ok AND x.worker_ledger_ok AND x.pay_ledger_ok ORDER BY x.review_number DESC LIMIT 1
  ) AS r ON true
  WHERE s.project_code = :project_code AND s.sheet_state NOT IN ('VOID', 'REOPENED') AND s.sheet_code >= split_part(coalesce(:page_token, ''), ' ', 1)
    AND (:month IS NULL OR s.month = :month) AND (:sheet_code IS NULL OR s.sheet_code = :sheet_code) AND (:team_name IS NULL OR s.team_name = :team_name)
  ORDER BY s.sheet_code
)
SELECT s.sheet_code || ' ' || l.worker_number AS page_key, l.line_number, s.project_code, s.project_name, s.month, s.sheet_code, s.sheet_state, s.team_name,
  s.contractor_name, l.worker_number, l.worker_name, l.id_number_mask, l.post_name, l.pay_class,
  l.day_hundredths::int8 AS day_hundredths, l.hours_hundredths, l.piece_hundredths, l.pay_unit, l.rate_fen, l.gross_fen,
  coalesce(d.social_insurance_fen, 0) AS social_insurance_fen, coalesce(d.housing_fund_fen, 0) AS housing_fund_fen,
  coalesce(d.income_tax_fen, 0) AS income_tax_fen, coalesce(d.court_order_fen, 0) AS court_order_fen, l.deduction_fen, l.net_fen, l.account_no_mask,
  l.bank_name, l.pay_method, l.line_state, l.paid_date, l.bank_serial, l.line_kind = 'BACK_PAY' AS is_back_pay, l.earlier_sheet_code, l.confirm_method,
  l.signature_reference, l.confirmed_date,
  nullif(concat_ws('；', l.line_reason, l.cash_reason, '见证人' || l.witness_name || '：' || l.witness_reason, l.reject_reason), '') AS ledger_note,
  s.drawn_by, s.drawn_date, s.supervisor_name, s.reviewed_by, s.reviewed_date, s.owner_name, s.approved_by, s.approved_date, s.township_name,
  s.township_reviewed_by, s.township_reviewed_date, s.publicity_start_date, s.publicity_end_date, s.place_note, s.filed_date, s.retention_date
FROM head s
CROSS JOIN LATERAL (
  SELECT x.* FROM wage_line x WHERE x.project_code = :project_code AND x.sheet_code = s.sheet_code AND x.line_state <> 'SUPERSEDED'
    AND x.worker_number > CASE s.sheet_code WHEN split_part(coalesce(:page_token, ''), ' ', 1)
      THEN coalesce(nullif(split_part(coalesce(:page_token, ''), ' ', 2), '')::int8, -1) ELSE -1 END
  ORDER BY x.worker_number LIMIT :call.limit
) AS l
LEFT JOIN LATERAL (
  SELECT sum(x.deduction_fen) FILTER (WHERE x.deduction_kind = 'SOCIAL_INSURANCE')::int8 AS social_insurance_fen,
    sum(x.deduction_fen) FILTER (WHERE x.deduction_kind = 'HOUSING_FUND')::int8 AS housing_fund_fen,
    sum(x.deduction_fen) FILTER (WHERE x.deduction_kind = 'INCOME_TAX')::int8 AS income_tax_fen,
    sum(x.deduction_fen) FILTER (WHERE x.deduction_kind = 'COURT_ORDER')::int8 AS court_order_fen
  FROM deduction x WHERE x.project_code = :project_code AND x.sheet_code = s.sheet_code AND x.worker_number = l.worker_number
) AS d ON l.deduction_fen > 0
ORDER BY s.sheet_code, l.worker_number LIMIT :call.limit
