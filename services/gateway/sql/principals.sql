-- Nothing -> PrincipalRows.rows[]
-- Who is admitted beside the ring directory: principals, and the gateways of child nodes.
SELECT public_key, principal, unit_id, duty, string_to_array(relations, ' ') AS relations FROM principal WHERE principal_state = 'ACTIVE'
UNION ALL SELECT public_key, 'node-' || unit_id, unit_id, 'CHECKER', ARRAY['CHILD'] FROM child WHERE revoked_at IS NULL
