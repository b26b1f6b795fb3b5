-- ListYearPoliciesRequest -> YearPolicyPage.rows[]
SELECT p.valid_from AS valid_from_date, p.due_month_number, p.due_day, p.due_next_year, p.basis_note,
  (SELECT json_agg(json_build_object('recipient_kind', r.recipient_kind, 'recipient_name', r.recipient_name) ORDER BY r.recipient_number)
   FROM year_recipient r WHERE r.valid_from = p.valid_from) AS recipients, p.valid_from::text AS page_key
FROM year_policy p WHERE p.valid_from > coalesce(:page_token::date, DATE '0001-01-01') ORDER BY p.valid_from LIMIT :call.limit
