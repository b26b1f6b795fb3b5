-- RecordInflowRequest -> WageAccount
-- The owner's payment of labour cost reaches the account (art. 29): fund line against wage account. The bank's serial makes it once.
WITH account AS (
  SELECT * FROM wage_account WHERE project_code = :project_code AND wage_account_code = :wage_account_code
),
known AS (
  SELECT * FROM wage_inflow WHERE project_code = :project_code AND wage_account_code = :wage_account_code AND bank_serial = :bank_serial
),
line AS (
  SELECT f.allocated_fen - (SELECT coalesce(sum(i.inflow_fen), 0) FROM wage_inflow i WHERE i.project_code = :project_code AND i.fund_code = :fund_code)
    AS left_fen
  FROM fund_line f WHERE f.project_code = :project_code AND f.fund_code = :fund_code
),
problem AS (
  SELECT 'WAGE_ACCOUNT_NOT_FOUND' AS refusal, 'wage_account_code' AS refusal_path, :wage_account_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account WHERE account_state <> 'CLOSED')
  UNION ALL SELECT 'NOT_THE_BANK', 'wage_account_code', bank_unit_id FROM account WHERE bank_unit_id IS DISTINCT FROM :call.unit
    AND NOT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit AND p.relation = 'OWNER')
  UNION ALL SELECT 'FUND_LINE_NOT_FOUND', 'fund_code', :fund_code WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'FUND_LINE_EXCEEDED', 'inflow_fen', :inflow_fen || ' > ' || left_fen FROM line WHERE :inflow_fen > left_fen
    AND NOT EXISTS (SELECT 1 FROM known)
  UNION ALL SELECT 'PAID_IN_FUTURE', 'inflow_date', :inflow_date::text WHERE :inflow_date > :call.today
  UNION ALL SELECT 'SERIAL_DIFFERS', 'bank_serial', fund_code || ' ' || inflow_fen || ' ' || inflow_date FROM known
    WHERE fund_code <> :fund_code OR inflow_fen <> :inflow_fen OR inflow_date <> :inflow_date
),
kept AS (
  INSERT INTO wage_inflow (project_code, wage_account_code, bank_serial, fund_code, inflow_fen, inflow_date, recorded_by)
  SELECT :project_code, :wage_account_code, :bank_serial, :fund_code, :inflow_fen, :inflow_date, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM known)
  RETURNING inflow_fen
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, fund_code, wage_account_code, posted_date)
  SELECT :project_code, :call.id, 'WAGE_ACCOUNT', 'FUND_LINE', inflow_fen, :fund_code, :wage_account_code, :call.today FROM kept
),
changed AS (
  SELECT a.project_code, a.wage_account_code, a.contractor_unit_id, a.account_name, a.account_no_mask, a.bank_name, a.bank_unit_id, a.contract_signed_date,
    a.opened_date, a.account_state, wage_account_balance(:project_code, :wage_account_code) + coalesce((SELECT inflow_fen FROM kept), 0) AS balance_fen,
    wage_account_reserved(:project_code, :wage_account_code) AS reserved_fen
  FROM account a WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
