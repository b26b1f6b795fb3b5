-- ListAccountChecksRequest -> AccountCheckPage.rows[]
-- Only the bank that was asked reads it, with open account numbers.
SELECT k.worker_number::text AS page_key, k.worker_number, k.account_holder, k.account_no, k.account_no_mask, k.bank_name, k.check_state
FROM account_check k
WHERE k.project_code = :project_code AND k.check_code = :check_code AND k.bank_unit_id = :call.unit AND k.worker_number > coalesce(:page_token, '-1')::int8
ORDER BY k.worker_number LIMIT :call.limit
