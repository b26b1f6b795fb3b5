-- SetPasswordRequest -> Account
-- With an invitation: it is used up. Every open session of the account ends.
WITH problem AS (
  SELECT 'ACCOUNT_UNKNOWN' AS refusal, 'account_name' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.account_name = :account_name AND a.account_state <> 'CLOSED')
  UNION ALL SELECT 'INVITATION_INVALID', 'invitation_digest', NULL
    WHERE :invitation_digest IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account a WHERE a.account_name = :account_name
      AND a.invitation_digest = :invitation_digest AND a.invitation_until > :call.now)),
changed AS (
  UPDATE account SET password_hash = :password_hash, account_state = 'ACTIVE', failed_count = 0, locked_until = NULL,
    invitation_digest = CASE WHEN :invitation_digest IS NULL THEN invitation_digest END
  WHERE account_name = :account_name AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
ended AS (UPDATE session s SET ended_at = :call.now FROM changed c WHERE s.account_name = c.account_name AND s.ended_at IS NULL)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, account_name, unit_id, duty, relations, person_name, account_state, added_at AS added_at_us, last_login_at AS last_login_at_us, locked_until AS locked_until_at_us FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
