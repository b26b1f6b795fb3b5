-- ListWorkforcePoliciesRequest -> ListWorkforcePoliciesReply.rows[]
SELECT policy_name, valid_from AS valid_from_date, policy_value, source AS source_note, policy_name || '|' || valid_from AS page_key
FROM policy
WHERE (policy_name, valid_from) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2)::date, '-infinity'))
ORDER BY policy_name, valid_from
LIMIT :call.limit
