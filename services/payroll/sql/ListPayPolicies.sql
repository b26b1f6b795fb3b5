-- ListPayPoliciesRequest -> PayPolicyPage.rows[]
SELECT policy_name || ' ' || valid_from_date AS page_key, policy_name, policy_value, valid_from_date, source_note
FROM pay_policy WHERE policy_name || ' ' || valid_from_date > coalesce(:page_token, '')
ORDER BY policy_name || ' ' || valid_from_date LIMIT :call.limit
