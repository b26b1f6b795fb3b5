-- GetPoliciesRequest -> EvaluationPolicies
SELECT
  (SELECT json_agg(json_strip_nulls(json_build_object('rule_code', p.rule_code, 'division_code', p.division_code, 'track', p.track, 'ratio_basis',
     p.ratio_basis, 'floor_bp', p.floor_bp, 'valid_from_date', p.valid_from_date, 'valid_to_date', p.valid_to_date, 'rule_standing',
     p.rule_standing, 'source_note', p.source_note, 'linking_funds_only', p.linking_funds_only, 'dates_assumed',
     p.dates_assumed)) ORDER BY p.rule_code)
   FROM ratio_rule p WHERE :past_too OR p.valid_to_date IS NULL OR p.valid_to_date >= :call.today) AS ratio_rules,
  (SELECT json_agg(json_strip_nulls(json_build_object('valid_from_date', p.valid_from_date, 'ordinary_days', p.ordinary_days, 'serious_days',
     p.serious_days, 'grave_days', p.grave_days, 'report_days', p.report_days, 'source_note', p.source_note)) ORDER BY p.valid_from_date)
   FROM supervision_policy p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM supervision_policy n WHERE n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS supervision_policies,
  (SELECT json_agg(json_strip_nulls(json_build_object('valid_from_date', p.valid_from_date, 'answer_days', p.answer_days, 'appeal_days',
     p.appeal_days, 'escalate_days', p.escalate_days, 'source_note', p.source_note)) ORDER BY p.valid_from_date)
   FROM complaint_policy p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM complaint_policy n WHERE n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS complaint_policies,
  (SELECT json_agg(json_strip_nulls(json_build_object('valid_from_date', p.valid_from_date, 'organisation_weight', p.organisation_weight,
     'pay_weight', p.pay_weight, 'training_weight', p.training_weight, 'year_minimum_count', p.year_minimum_count, 'source_note', p.source_note,
     'own_items', (SELECT json_agg(json_build_object('item_code', i.item_code, 'item_title', i.item_title, 'item_weight',
     i.item_weight) ORDER BY i.item_code)
                   FROM evaluation_policy_item i WHERE i.valid_from_date = p.valid_from_date))) ORDER BY p.valid_from_date)
   FROM evaluation_policy p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM evaluation_policy n WHERE n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS evaluation_policies,
  (SELECT json_agg(json_strip_nulls(json_build_object('signal_kind', p.signal_kind, 'valid_from_date', p.valid_from_date, 'weight', p.weight,
     'least_count', p.least_count, 'share_bp', p.share_bp, 'source_note', p.source_note)) ORDER BY p.signal_kind, p.valid_from_date)
   FROM signal_rule p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM signal_rule n WHERE n.signal_kind = p.signal_kind AND n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS signal_rules,
  (SELECT json_agg(json_strip_nulls(json_build_object('valid_from_date', p.valid_from_date, 'month_workdays', p.month_workdays, 'source_note',
     p.source_note)) ORDER BY p.valid_from_date)
   FROM forecast_policy p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM forecast_policy n WHERE n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS forecast_policies,
  (SELECT json_agg(json_strip_nulls(json_build_object('valid_from_date', p.valid_from_date, 'known_weight', p.known_weight, 'commend_score',
     p.commend_score, 'sanction_score', p.sanction_score, 'tolerance_bp', p.tolerance_bp, 'source_note', p.source_note)) ORDER BY p.valid_from_date)
   FROM assessment_policy p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM assessment_policy n WHERE n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS assessment_policies,
  (SELECT json_agg(json_strip_nulls(json_build_object('class_code', p.class_code, 'valid_from_date', p.valid_from_date, 'finding_severity',
     p.finding_severity, 'class_title', p.class_title, 'english_title', p.english_title, 'basis_note', p.basis_note, 'duty_note', p.duty_note,
     'fine_low_fen', p.fine_low_fen, 'fine_high_fen', p.fine_high_fen, 'stops_work', p.stops_work, 'source_note',
     p.source_note)) ORDER BY p.class_code, p.valid_from_date)
   FROM finding_class p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM finding_class n WHERE n.class_code = p.class_code AND n.valid_from_date > p.valid_from_date
                                    AND n.valid_from_date <= :call.today)) AS finding_classes
