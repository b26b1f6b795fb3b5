-- EnrolChildRequest -> Child
-- The code is used up by the same transaction that admits the keys.
WITH invitation AS (
  SELECT * FROM child_invitation WHERE unit_id = :gathered_content.unit_id AND invitation_digest = :gathered_digest AND used_at IS NULL
    AND invitation_until > :call.now),
problem AS (
  SELECT 'INVITATION_INVALID' AS refusal, 'enrolment' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM invitation)
  UNION ALL SELECT 'PUBLIC_KEY_TAKEN', 'enrolment', NULL
    WHERE EXISTS (SELECT 1 FROM principal p WHERE p.public_key = :gathered_content.public_key)
      OR EXISTS (SELECT 1 FROM child c WHERE c.public_key = :gathered_content.public_key AND c.unit_id <> :gathered_content.unit_id)
  UNION ALL SELECT 'PUBLIC_KEY_SHAPE', 'enrolment', NULL WHERE length(:gathered_content.public_key) <> 40
  UNION ALL SELECT 'CHILD_UNIT_TAKEN', 'enrolment', o.unit_id FROM invitation i JOIN child_unit o ON o.unit_id = ANY (i.child_unit_ids)
    WHERE o.node_unit_id <> i.unit_id),
added AS (
  INSERT INTO child (unit_id, public_key, sign_public, added_at, added_by)
  SELECT i.unit_id, :gathered_content.public_key, lower(:gathered_content.sign_public), :call.now, :call.principal FROM invitation i
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (unit_id) DO UPDATE SET public_key = excluded.public_key, sign_public = excluded.sign_public, added_at = excluded.added_at,
    added_by = excluded.added_by, revoked_at = NULL, revoked_by = NULL, revoke_reason = NULL
  RETURNING *),
used AS (UPDATE child_invitation i SET used_at = :call.now FROM added a WHERE i.unit_id = a.unit_id),
reporting AS (
  INSERT INTO child_unit (unit_id, node_unit_id)
  SELECT DISTINCT u, a.unit_id FROM added a JOIN invitation i USING (unit_id) CROSS JOIN unnest(i.child_unit_ids) AS u
  ON CONFLICT (unit_id) DO NOTHING)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, a.unit_id, a.public_key, a.sign_public, i.child_unit_ids,
  'ACTIVE' AS child_state, a.added_at AS added_at_us
FROM added a JOIN invitation i USING (unit_id)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
