-- GetAccountSecretRequest -> AccountSecret
SELECT password_hash, invitation_digest, invitation_until AS invitation_until_at_us, locked_until AS locked_until_at_us, account_state
FROM account WHERE account_name = :account_name AND account_state <> 'CLOSED'
