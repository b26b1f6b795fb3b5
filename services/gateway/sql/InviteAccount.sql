-- InviteAccountRequest -> Account
-- A new invitation for one who never came or forgot the password; the old password holds until the new one is set.
WITH problem AS (
  SELECT 'ACCOUNT_UNKNOWN' AS refusal, 'account_name' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.account_name = :account_name AND a.account_state <> 'CLOSED')
  UNION ALL SELECT 'DIGEST_LENGTH', 'invitation_digest', NULL WHERE length(:invitation_digest) <> 32
  UNION ALL SELECT 'TIME_PAST', 'invitation_until_at_us', NULL WHERE :invitation_until_at_us::timestamptz <= :call.now),
changed AS (
  UPDATE account SET invitation_digest = :invitation_digest, invitation_until = :invitation_until_at_us
  WHERE account_name = :account_name AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, account_name, unit_id, duty, relations, person_name, account_state, added_at AS added_at_us, last_login_at AS last_login_at_us, locked_until AS locked_until_at_us FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
