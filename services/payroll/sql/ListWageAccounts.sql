-- ListWageAccountsRequest -> WageAccountPage.rows[]
SELECT a.project_code || ' ' || a.wage_account_code AS page_key, a.project_code, a.wage_account_code, a.contractor_unit_id, a.account_name, a.account_no_mask,
  a.bank_name, a.bank_unit_id, a.contract_signed_date, a.opened_date, a.account_state,
  a.opened_date > a.contract_signed_date + pay_policy_on('WAGE_ACCOUNT_DAYS', a.contract_signed_date)::int4 AS is_opened_late,
  wage_account_balance(a.project_code, a.wage_account_code) AS balance_fen, wage_account_reserved(a.project_code, a.wage_account_code) AS reserved_fen,
  (SELECT coalesce(sum(i.inflow_fen), 0)::int8 FROM wage_inflow i WHERE i.project_code = a.project_code AND i.wage_account_code = a.wage_account_code) AS inflow_fen,
  a.closing_notice_date, a.closing_notice_date + pay_policy_on('CLOSING_NOTICE_DAYS', a.closing_notice_date)::int4 AS closing_from_date, a.closed_date
FROM wage_account a
WHERE (:project_code IS NULL OR a.project_code = :project_code) AND (:account_state IS NULL OR a.account_state = :account_state)
  AND (a.project_code, a.wage_account_code) > (split_part(coalesce(:page_token, ''), ' ', 1), split_part(coalesce(:page_token, ''), ' ', 2))
  AND (:call.sees_all OR a.bank_unit_id = :call.unit OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = a.project_code
    AND p.unit_id = :call.unit AND p.relation <> 'BANK'))
ORDER BY a.project_code, a.wage_account_code LIMIT :call.limit
