-- AddTokenRequest -> Token
WITH pattern AS (SELECT w FROM regexp_split_to_table(btrim(coalesce(:method_patterns, '')), '[[:space:]]+') AS w WHERE w <> ''),
problem AS (
  SELECT 'TOKEN_NOT_YOURS' AS refusal, '' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.account_name = :call.principal AND a.account_state = 'ACTIVE')
  UNION ALL SELECT 'TOKEN_TAKEN', 'token_name', NULL
    WHERE EXISTS (SELECT 1 FROM access_token t WHERE t.account_name = :call.principal AND t.token_name = :token_name)
  UNION ALL SELECT 'DIGEST_LENGTH', 'token_digest', NULL WHERE length(:token_digest) <> 32
  UNION ALL SELECT 'TIME_PAST', 'expires_at_us', NULL WHERE :expires_at_us::timestamptz <= :call.now
  UNION ALL SELECT 'METHOD_PATTERN', 'method_patterns', w FROM pattern WHERE w !~ '^(registry|workforce|payroll|evaluation|gateway)[.]([*]|[A-Za-z]+)$'),
added AS (
  INSERT INTO access_token (account_name, token_name, token_digest, method_patterns, added_at, expires_at)
  SELECT :call.principal, :token_name, :token_digest, coalesce((SELECT string_agg(DISTINCT w, ' ' ORDER BY w) FROM pattern), ''), :call.now, :expires_at_us
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, account_name, token_name, method_patterns, added_at AS added_at_us, expires_at AS expires_at_us, revoked_at IS NOT NULL AS revoked FROM added
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
