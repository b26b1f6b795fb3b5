-- ListPrincipalsRequest -> PrincipalPage.rows[]
SELECT principal, unit_id, duty, relations, public_key, principal_state, added_at AS added_at_us, revoke_reason, principal AS page_key
FROM principal
WHERE (:unit_id IS NULL OR unit_id = :unit_id) AND (:call.sees_all OR unit_id = :call.unit) AND principal > coalesce(:page_token, '')
ORDER BY principal LIMIT :call.limit
