-- ListAccountsRequest -> AccountPage.rows[]
SELECT account_name AS page_key, account_name, unit_id, duty, relations, person_name, account_state, added_at AS added_at_us, last_login_at AS last_login_at_us, locked_until AS locked_until_at_us
FROM account WHERE account_name > coalesce(:page_token, '') AND (:unit_id IS NULL OR unit_id = :unit_id)
ORDER BY account_name LIMIT :call.limit
