-- AddChildRequest -> Child
-- Said again with other keys or units it takes their place: a node that lost its keys reports on.
WITH problem AS (
  SELECT 'PUBLIC_KEY_TAKEN' AS refusal, 'public_key' AS refusal_path, NULL::text AS refusal_detail
    WHERE EXISTS (SELECT 1 FROM principal p WHERE p.public_key = :public_key)
      OR EXISTS (SELECT 1 FROM child c WHERE c.public_key = :public_key AND c.unit_id <> :unit_id)
  UNION ALL SELECT 'PUBLIC_KEY_SHAPE', 'public_key', NULL WHERE length(:public_key) <> 40
  UNION ALL SELECT 'SIGN_PUBLIC_SHAPE', 'sign_public', NULL WHERE lower(:sign_public) !~ '^04[0-9a-f]{128}$'
  UNION ALL SELECT 'CHILD_UNIT_TAKEN', 'child_unit_ids[' || u.place - 1 || ']', o.node_unit_id
    FROM unnest(:child_unit_ids) WITH ORDINALITY AS u(unit_id, place) JOIN child_unit o USING (unit_id) WHERE o.node_unit_id <> :unit_id),
added AS (
  INSERT INTO child (unit_id, public_key, sign_public, added_at, added_by)
  SELECT :unit_id, :public_key, lower(:sign_public), :call.now, :call.principal WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (unit_id) DO UPDATE SET public_key = excluded.public_key, sign_public = excluded.sign_public, added_at = excluded.added_at,
    added_by = excluded.added_by, revoked_at = NULL, revoked_by = NULL, revoke_reason = NULL
  RETURNING *),
dropped AS (
  DELETE FROM child_unit WHERE node_unit_id = :unit_id AND unit_id <> ALL (:child_unit_ids) AND NOT EXISTS (SELECT 1 FROM problem)),
reporting AS (
  INSERT INTO child_unit (unit_id, node_unit_id) SELECT DISTINCT u, a.unit_id FROM added a, unnest(:child_unit_ids) AS u
    ON CONFLICT (unit_id) DO NOTHING)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, unit_id, public_key, sign_public,
  :child_unit_ids AS child_unit_ids
FROM added
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL FROM problem
