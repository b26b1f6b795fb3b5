-- RevokeChildRequest -> Child
-- Its key leaves the ring with this commit; its units, reports and receipts stay.
WITH revoked AS (
  UPDATE child SET revoked_at = :call.now, revoked_by = :call.principal, revoke_reason = :revoke_reason
  WHERE unit_id = :unit_id AND revoked_at IS NULL RETURNING *)
SELECT unit_id, public_key, sign_public, (SELECT array_agg(u.unit_id ORDER BY u.unit_id) FROM child_unit u WHERE u.node_unit_id = revoked.unit_id)
  AS child_unit_ids, 'REVOKED' AS child_state, added_at AS added_at_us, revoke_reason
FROM revoked
