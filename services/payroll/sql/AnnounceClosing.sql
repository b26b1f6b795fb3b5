-- AnnounceClosingRequest -> WageAccount
-- After completion, with nobody unpaid, and announced for the days the law gives (art. 27).
WITH account AS (
  SELECT a.*, p.project_state FROM wage_account a LEFT JOIN project p ON p.project_code = a.project_code
  WHERE a.project_code = :project_code AND a.wage_account_code = :wage_account_code
),
problem AS (
  SELECT 'WAGE_ACCOUNT_NOT_FOUND' AS refusal, 'wage_account_code' AS refusal_path, :wage_account_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account WHERE account_state <> 'CLOSED')
  UNION ALL SELECT 'NOT_THE_CONTRACTOR', 'wage_account_code', contractor_unit_id FROM account WHERE contractor_unit_id <> :call.unit
  UNION ALL SELECT 'CLOSING_ANNOUNCED', 'wage_account_code', closing_notice_date::text FROM account WHERE account_state = 'CLOSING'
  UNION ALL SELECT 'PROJECT_NOT_COMPLETED', 'project_code', project_state FROM account
    WHERE project_state IS NULL OR project_state NOT IN ('COMPLETED', 'ACCEPTED', 'CLOSED')
  UNION ALL SELECT 'WAGES_UNPAID', '', month || coalesce(' ' || sheet_code, '') FROM unpaid_months(:project_code)
),
changed AS (
  UPDATE wage_account a SET account_state = 'CLOSING', closing_notice_date = :call.today, closing_place_note = :place_note
  WHERE a.project_code = :project_code AND a.wage_account_code = :wage_account_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING a.project_code, a.wage_account_code, a.contractor_unit_id, a.account_name, a.account_no_mask, a.bank_name, a.bank_unit_id, a.contract_signed_date,
    a.opened_date, a.account_state, a.closing_notice_date, a.closing_notice_date + pay_policy_on('CLOSING_NOTICE_DAYS', :call.today)::int4 AS closing_from_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
