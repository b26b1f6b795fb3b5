-- ListTokensRequest -> TokenPage.rows[]
SELECT account_name || '/' || token_name AS page_key, account_name, token_name, method_patterns, added_at AS added_at_us, expires_at AS expires_at_us, revoked_at IS NOT NULL AS revoked
FROM access_token WHERE account_name || '/' || token_name > coalesce(:page_token, '') AND (:account_name IS NULL OR account_name = :account_name)
  AND (:call.sees_all OR account_name = :call.principal)
ORDER BY account_name || '/' || token_name LIMIT :call.limit
