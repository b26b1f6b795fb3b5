-- ListChildrenRequest -> ChildPage.rows[]
SELECT c.unit_id, c.public_key, c.sign_public, (SELECT array_agg(u.unit_id ORDER BY u.unit_id) FROM child_unit u
  WHERE u.node_unit_id = c.unit_id) AS child_unit_ids, c.unit_id AS page_key
FROM child c WHERE c.unit_id > coalesce(:page_token, '') ORDER BY c.unit_id LIMIT :call.limit
