-- RevokePrincipalRequest -> Principal
WITH problem AS (
  SELECT 'PRINCIPAL_UNKNOWN' AS refusal, 'principal' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM principal p WHERE p.principal = :principal AND p.principal_state = 'ACTIVE')),
revoked AS (
  UPDATE principal SET principal_state = 'REVOKED', revoked_at = :call.now, revoke_reason = :revoke_reason
  WHERE principal = :principal AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, principal, unit_id, duty, relations, public_key,
  principal_state,
  added_at AS added_at_us, revoke_reason
FROM revoked
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
