-- RevokeTokenRequest -> Token
WITH problem AS (
  SELECT 'TOKEN_UNKNOWN' AS refusal, 'token_name' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM access_token t WHERE t.account_name = :account_name AND t.token_name = :token_name AND t.revoked_at IS NULL)
  UNION ALL SELECT 'TOKEN_NOT_YOURS', 'account_name', NULL WHERE :account_name <> :call.principal),
revoked AS (
  UPDATE access_token SET revoked_at = :call.now, revoke_reason = :revoke_reason
  WHERE account_name = :account_name AND token_name = :token_name AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, account_name, token_name, method_patterns, added_at AS added_at_us, expires_at AS expires_at_us, revoked_at IS NOT NULL AS revoked FROM revoked
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
