-- OpenWageAccountRequest -> WageAccount
-- One a contractor and project, for this project's wages alone, in the name the rules prescribe (Reg. 724 art. 26; 人社部发〔2021〕53号). Opened
-- late is better than not at all: it is marked, not refused.
WITH wanted AS (
  SELECT u.unit_name || p.project_name || '农民工工资专用账户' AS account_name FROM project p, unit u
  WHERE p.project_code = :project_code AND u.unit_id = :call.unit
),
problem AS (
  SELECT 'WAGE_ACCOUNT_NAME' AS refusal, 'account_name' AS refusal_path, w.account_name AS refusal_detail
    FROM (SELECT 1) one LEFT JOIN wanted w ON true WHERE w.account_name IS DISTINCT FROM :account_name
  UNION ALL SELECT 'WAGE_ACCOUNT_EXISTS', '', a.wage_account_code FROM wage_account a WHERE a.project_code = :project_code
    AND a.contractor_unit_id = :call.unit AND a.account_state <> 'CLOSED'
  UNION ALL SELECT 'WAGE_ACCOUNT_CODE_TAKEN', 'wage_account_code', a.wage_account_code FROM wage_account a
    WHERE a.project_code = :project_code AND a.wage_account_code = :wage_account_code
  UNION ALL SELECT 'WAGE_ACCOUNT_SHARED', 'account_no', NULL FROM wage_account a WHERE a.account_no_token = :account_no_token
    AND a.account_state <> 'CLOSED' AND a.project_code <> :project_code
  UNION ALL SELECT 'WAGE_ACCOUNT_DATES', 'opened_date', :opened_date::text WHERE :opened_date > :call.today OR :opened_date < :contract_signed_date
  UNION ALL SELECT 'NO_BANK', 'bank_unit_id', :bank_unit_id WHERE :bank_unit_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = :bank_unit_id AND unit_kind = 'BANK' AND active)
),
changed AS (
  INSERT INTO wage_account (project_code, wage_account_code, contractor_unit_id, account_name, account_no, account_no_token, account_no_mask, bank_name,
    bank_unit_id, contract_signed_date, opened_date, opened_by)
  SELECT :project_code, :wage_account_code, :call.unit, :account_name, :account_no, :account_no_token, :account_no_mask, :bank_name, :bank_unit_id,
    :contract_signed_date, :opened_date, :call.principal WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, wage_account_code, contractor_unit_id, account_name, account_no_mask, bank_name, bank_unit_id, contract_signed_date, opened_date,
    account_state, opened_date > contract_signed_date + pay_policy_on('WAGE_ACCOUNT_DAYS', contract_signed_date)::int4 AS is_opened_late
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
