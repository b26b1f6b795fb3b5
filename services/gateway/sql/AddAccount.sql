-- AddAccountRequest -> Account
WITH word AS (SELECT w FROM regexp_split_to_table(btrim(coalesce(:relations, '')), '[[:space:]]+') AS w WHERE w <> ''),
problem AS (
  SELECT 'ACCOUNT_TAKEN' AS refusal, 'account_name' AS refusal_path, NULL::text AS refusal_detail
    WHERE EXISTS (SELECT 1 FROM account a WHERE a.account_name = :account_name) OR EXISTS (SELECT 1 FROM principal p WHERE p.principal = :account_name)
  UNION ALL SELECT 'DIGEST_LENGTH', 'invitation_digest', NULL WHERE length(:invitation_digest) <> 32
  UNION ALL SELECT 'TIME_PAST', 'invitation_until_at_us', NULL WHERE :invitation_until_at_us::timestamptz <= :call.now
  UNION ALL SELECT 'RELATION_UNKNOWN', 'relations', w FROM word WHERE w NOT IN
    ('BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP', 'CONTACT', 'OFFICE', 'HR', 'BANK', 'AUDIT', 'UPPER')),
added AS (
  INSERT INTO account (account_name, unit_id, duty, relations, person_name, account_state, invitation_digest, invitation_until, added_at, added_by)
  SELECT :account_name, :unit_id, :duty, coalesce((SELECT string_agg(DISTINCT w, ' ' ORDER BY w) FROM word), ''), :person_name, 'INVITED',
    :invitation_digest, :invitation_until_at_us, :call.now, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, account_name, unit_id, duty, relations, person_name,
  account_state, added_at AS added_at_us
FROM added
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
