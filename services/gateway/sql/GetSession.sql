-- GetSessionRequest -> Session
SELECT a.account_name, a.unit_id, a.duty, string_to_array(nullif(a.relations, ''), ' ') AS relations, a.person_name, c.expires_at AS expires_at_us,
  c.is_token, c.method_patterns, c.opened_at AS opened_at_us
FROM (SELECT account_name, expires_at, false AS is_token, NULL::text AS method_patterns, opened_at FROM session
      WHERE session_digest = :credential_digest AND ended_at IS NULL
      UNION ALL SELECT account_name, expires_at, true, method_patterns, NULL FROM access_token WHERE token_digest = :credential_digest AND revoked_at IS NULL) c
JOIN account a USING (account_name)
WHERE c.expires_at > :call.now AND a.account_state = 'ACTIVE'
