-- GetPoliciesRequest -> GatewayPolicies
SELECT (SELECT json_agg(json_strip_nulls(json_build_object('valid_from_date', p.valid_from, 'due_on_working_day', p.due_on_working_day,
  'grace_days', p.grace_days, 'grace_in_working_days', p.grace_in_working_days, 'close_after_days', p.close_after_days,
  'remind_before_days', p.remind_before_days, 'remind_every_days', p.remind_every_days, 'basis_note', p.basis_note)) ORDER BY p.valid_from)
  FROM reporting_policy p
  WHERE p.set_by <> 'system' AND (:past_too OR NOT EXISTS (SELECT 1 FROM reporting_policy n WHERE n.valid_from > p.valid_from
                                                             AND n.valid_from <= :call.today))) AS reporting_policies
