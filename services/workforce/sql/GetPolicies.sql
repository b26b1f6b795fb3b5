-- GetPoliciesRequest -> WorkforcePolicies
-- What the software came with is not told where a list of it is kept: the node below has it too.
SELECT
  (SELECT json_agg(json_build_object('policy_name', p.policy_name, 'valid_from_date', p.valid_from, 'policy_value', p.policy_value, 'source_note', p.source)
     ORDER BY p.policy_name, p.valid_from)
   FROM policy p
   WHERE NOT EXISTS (SELECT 1 FROM shipped_policy s WHERE (s.policy_name, s.valid_from, s.policy_value) = (p.policy_name, p.valid_from, p.policy_value))
     AND (:past_too OR NOT EXISTS (SELECT 1 FROM policy n WHERE n.policy_name = p.policy_name AND n.valid_from > p.valid_from
                                     AND n.valid_from <= :call.today))) AS policies,
  (SELECT json_agg(json_build_object('valid_from_date', d.valid_from, 'source_note', d.source_note, 'lines', d.lines) ORDER BY d.valid_from)
   FROM (SELECT valid_from, max(source_note) AS source_note,
           json_agg(json_build_object('least_minutes', least_minutes, 'day_hundredths', day_hundredths) ORDER BY least_minutes) AS lines
         FROM day_rule GROUP BY valid_from) d
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM day_rule n WHERE n.valid_from > d.valid_from AND n.valid_from <= :call.today)) AS day_rules,
  (SELECT json_agg(json_build_object('lines', json_build_array(json_build_object('match_factor', m.match_factor, 'grade', m.grade, 'points', m.points,
     'valid_from_date', m.valid_from, 'source_note', m.source_note))) ORDER BY m.match_factor, m.grade, m.valid_from)
   FROM match_weight m
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM match_weight n WHERE n.match_factor = m.match_factor AND n.grade = m.grade
                                    AND n.valid_from > m.valid_from AND n.valid_from <= :call.today)) AS match_weights
