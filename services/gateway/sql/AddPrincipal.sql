-- AddPrincipalRequest -> Principal
WITH word AS (SELECT w FROM regexp_split_to_table(btrim(:relations), '[[:space:]]+') AS w WHERE w <> ''),
problem AS (
  SELECT 'PRINCIPAL_TAKEN' AS refusal, 'principal' AS refusal_path, NULL::text AS refusal_detail FROM (SELECT principal FROM principal UNION ALL SELECT account_name FROM account) p
    WHERE p.principal = :principal
  UNION ALL SELECT 'PUBLIC_KEY_TAKEN', 'public_key', NULL
    WHERE EXISTS (SELECT 1 FROM principal p WHERE p.public_key = :public_key) OR EXISTS (SELECT 1 FROM child c WHERE c.public_key = :public_key)
  UNION ALL SELECT 'PUBLIC_KEY_SHAPE', 'public_key', NULL WHERE length(:public_key) <> 40
    OR translate(:public_key, '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#', '') <> ''
  UNION ALL SELECT 'RELATION_UNKNOWN', 'relations', w FROM word WHERE w NOT IN
    ('BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP', 'CONTACT', 'OFFICE', 'HR', 'BANK', 'AUDIT', 'UPPER', 'DEVICE')),
added AS (
  INSERT INTO principal (principal, unit_id, duty, relations, public_key, principal_state, added_at, added_by)
  SELECT :principal, :unit_id, :duty, coalesce((SELECT string_agg(DISTINCT w, ' ' ORDER BY w) FROM word), ''), :public_key, 'ACTIVE', :call.now,
    :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, principal, unit_id, duty, relations, public_key,
  principal_state,
  added_at AS added_at_us
FROM added
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
