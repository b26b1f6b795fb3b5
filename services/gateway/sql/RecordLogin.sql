-- RecordLoginRequest -> Session
-- The fifth wrong password in a row locks for half a minute, each further one twice as long, up to a quarter of an hour.
WITH problem AS (
  SELECT 'ACCOUNT_UNKNOWN' AS refusal, 'account_name' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.account_name = :account_name AND a.account_state <> 'CLOSED')
  UNION ALL SELECT 'DIGEST_LENGTH', 'session_digest', NULL WHERE :succeeded AND length(coalesce(:session_digest, '')) <> 32),
counted AS (
  UPDATE account SET failed_count = CASE WHEN :succeeded THEN 0 ELSE failed_count + 1 END,
    last_login_at = CASE WHEN :succeeded THEN :call.now ELSE last_login_at END,
    locked_until = CASE WHEN NOT :succeeded AND failed_count >= 4 THEN :call.now + least(900, 30 * (1 << least(failed_count - 4, 5))) * interval '1 second' END
  WHERE account_name = :account_name AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
opened AS (
  INSERT INTO session (session_digest, account_name, opened_at, expires_at)
  SELECT :session_digest, account_name, :call.now, :expires_at_us FROM counted WHERE :succeeded RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, c.account_name, c.unit_id, c.duty,
  string_to_array(nullif(c.relations, ''), ' ') AS relations, c.person_name, o.expires_at AS expires_at_us
FROM counted c LEFT JOIN opened o USING (account_name)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
