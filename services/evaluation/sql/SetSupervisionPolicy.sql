-- SetSupervisionPolicyRequest -> SupervisionPolicy
INSERT INTO supervision_policy (valid_from_date, ordinary_days, serious_days, grave_days, report_days, source_note)
VALUES (:valid_from_date, :ordinary_days, :serious_days, :grave_days, :report_days, :source_note)
ON CONFLICT (valid_from_date) DO UPDATE SET ordinary_days = excluded.ordinary_days, serious_days = excluded.serious_days,
  grave_days = excluded.grave_days, report_days = excluded.report_days, source_note = excluded.source_note
RETURNING valid_from_date, ordinary_days, serious_days, grave_days, report_days, source_note
