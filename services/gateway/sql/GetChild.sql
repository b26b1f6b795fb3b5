-- GetChildRequest -> Child
SELECT c.unit_id, c.public_key, c.sign_public, (SELECT array_agg(u.unit_id ORDER BY u.unit_id) FROM child_unit u
  WHERE u.node_unit_id = c.unit_id) AS child_unit_ids
FROM child c WHERE c.unit_id = :unit_id
