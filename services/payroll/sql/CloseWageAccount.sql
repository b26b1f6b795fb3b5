-- CloseWageAccountRequest -> WageAccount
-- What is left belongs to the contractor once nobody is owed anything (art. 27).
WITH account AS (
  SELECT a.*, wage_account_balance(a.project_code, a.wage_account_code) AS balance_fen,
    a.closing_notice_date + pay_policy_on('CLOSING_NOTICE_DAYS', a.closing_notice_date)::int4 AS closing_from_date
  FROM wage_account a WHERE a.project_code = :project_code AND a.wage_account_code = :wage_account_code
),
withheld AS (
  SELECT coalesce(sum(CASE WHEN credit_account = 'WITHHELD' THEN amount_fen WHEN debit_account = 'WITHHELD' THEN -amount_fen END), 0)::int8 AS withheld_fen
  FROM posting WHERE project_code = :project_code
),
problem AS (
  SELECT 'WAGE_ACCOUNT_NOT_FOUND' AS refusal, 'wage_account_code' AS refusal_path, :wage_account_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account WHERE account_state <> 'CLOSED')
  UNION ALL SELECT 'NOT_THE_CONTRACTOR', 'wage_account_code', contractor_unit_id FROM account WHERE contractor_unit_id <> :call.unit
  UNION ALL SELECT 'CLOSING_NOTICE_RUNNING', 'wage_account_code', closing_from_date::text FROM account WHERE account_state <> 'CLOSED'
    AND (closing_from_date IS NULL OR :call.today < closing_from_date)
  UNION ALL SELECT 'WAGES_UNPAID', '', month || coalesce(' ' || sheet_code, '') FROM unpaid_months(:project_code)
  UNION ALL SELECT 'WITHHELD_UNREMITTED', '', withheld_fen::text FROM withheld WHERE withheld_fen > 0
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, wage_account_code, posted_date)
  SELECT :project_code, :call.id, 'CONTRACTOR', 'WAGE_ACCOUNT', balance_fen, :wage_account_code, :call.today
  FROM account WHERE balance_fen > 0 AND NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_account a SET account_state = 'CLOSED', closed_date = :call.today, close_reason = :close_reason
  WHERE a.project_code = :project_code AND a.wage_account_code = :wage_account_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING a.project_code, a.wage_account_code, a.contractor_unit_id, a.account_name, a.account_no_mask, a.bank_name, a.bank_unit_id, a.contract_signed_date,
    a.opened_date, a.account_state, a.closing_notice_date, a.closed_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
