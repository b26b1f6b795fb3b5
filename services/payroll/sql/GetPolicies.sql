-- GetPoliciesRequest -> PayrollPolicies
-- What the software came with is not told: the node below has it too.
SELECT
  (SELECT json_agg(json_build_object('policy_name', p.policy_name, 'policy_value', p.policy_value, 'valid_from_date', p.valid_from_date,
     'source_note', p.source_note) ORDER BY p.policy_name, p.valid_from_date)
   FROM pay_policy p
   WHERE NOT EXISTS (SELECT 1 FROM shipped_policy s WHERE (s.policy_name, s.valid_from_date, s.policy_value) = (p.policy_name, p.valid_from_date, p.policy_value))
     AND (:past_too OR NOT EXISTS (SELECT 1 FROM pay_policy n WHERE n.policy_name = p.policy_name AND n.valid_from_date > p.valid_from_date
                                     AND n.valid_from_date <= :call.today))) AS pay_policies,
  (SELECT json_agg(json_build_object('division_code', m.division_code, 'valid_from_date', m.valid_from_date, 'daily_fen', m.daily_fen,
     'source_note', m.source_note) ORDER BY m.division_code, m.valid_from_date)
   FROM minimum_wage m
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM minimum_wage n WHERE n.division_code = m.division_code AND n.valid_from_date > m.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS minimum_wages,
  (SELECT json_agg(json_build_object('alert_kind', a.alert_kind, 'valid_from_date', a.valid_from_date, 'yellow_value', a.yellow_value,
     'red_value', a.red_value, 'source_note', a.source_note) ORDER BY a.alert_kind, a.valid_from_date)
   FROM alert_threshold a
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM alert_threshold n WHERE n.alert_kind = a.alert_kind AND n.valid_from_date > a.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS alert_thresholds
