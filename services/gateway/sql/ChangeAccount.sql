-- ChangeAccountRequest -> Account
WITH word AS (SELECT w FROM regexp_split_to_table(btrim(coalesce(:relations, '')), '[[:space:]]+') AS w WHERE w <> ''),
problem AS (
  SELECT 'ACCOUNT_UNKNOWN' AS refusal, 'account_name' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.account_name = :account_name AND a.account_state <> 'CLOSED')
  UNION ALL SELECT 'RELATION_UNKNOWN', 'relations', w FROM word WHERE w NOT IN
    ('BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP', 'CONTACT', 'OFFICE', 'HR', 'BANK', 'AUDIT', 'UPPER')),
changed AS (
  UPDATE account SET duty = coalesce(:duty, duty), person_name = coalesce(:person_name, person_name), change_reason = :change_reason,
    relations = CASE WHEN :relations IS NULL THEN relations ELSE coalesce((SELECT string_agg(DISTINCT w, ' ' ORDER BY w) FROM word), '') END,
    account_state = CASE WHEN :close THEN 'CLOSED' ELSE account_state END,
    password_hash = CASE WHEN :close THEN NULL ELSE password_hash END, invitation_digest = CASE WHEN :close THEN NULL ELSE invitation_digest END
  WHERE account_name = :account_name AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
ended AS (UPDATE session s SET ended_at = :call.now FROM changed c WHERE :close AND s.account_name = c.account_name AND s.ended_at IS NULL),
revoked AS (UPDATE access_token t SET revoked_at = :call.now, revoke_reason = :change_reason FROM changed c
  WHERE :close AND t.account_name = c.account_name AND t.revoked_at IS NULL)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, account_name, unit_id, duty, relations, person_name, account_state, added_at AS added_at_us, last_login_at AS last_login_at_us, locked_until AS locked_until_at_us FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
