-- ListReportingPoliciesRequest -> ReportingPolicyPage.rows[]
SELECT valid_from AS valid_from_date, due_on_working_day, grace_days, grace_in_working_days, close_after_days, remind_before_days,
  remind_every_days, basis_note, valid_from::text AS page_key
FROM reporting_policy WHERE valid_from > coalesce(:page_token::date, DATE '0001-01-01') ORDER BY valid_from LIMIT :call.limit
