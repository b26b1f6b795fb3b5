-- GetChildRequest -> Child
SELECT c.unit_id, c.public_key, c.sign_public, (SELECT array_agg(u.unit_id ORDER BY u.unit_id) FROM child_unit u
  WHERE u.node_unit_id = c.unit_id) AS child_unit_ids,
  CASE WHEN c.revoked_at IS NULL THEN 'ACTIVE' ELSE 'REVOKED' END AS child_state, c.added_at AS added_at_us, c.revoke_reason
FROM child c WHERE c.unit_id = :unit_id
