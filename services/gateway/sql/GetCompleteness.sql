-- GetCompletenessRequest -> Completeness
WITH standing AS (
  SELECT e.unit_id, e.unit_name, coalesce(s.report_state, 'MISSING') AS report_state, coalesce(s.is_zero, false) AS is_zero,
    coalesce(s.is_late, false) AS is_late, s.report_code, s.submitted_at
  FROM quarter_unit e LEFT JOIN unit_standing s USING (quarter, unit_id) WHERE e.quarter = :quarter)
SELECT q.quarter, q.quarter_state, q.due_date, q.grace_days,
  (SELECT count(*)::int4 FROM standing) AS expected_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED')) AS reported_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') AND NOT is_late) AS on_time_count,
  (SELECT count(*)::int4 FROM standing WHERE is_late) AS late_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state = 'ACCEPTED') AS accepted_count,
  (SELECT count(*)::int4 FROM standing WHERE report_state IN ('MISSING', 'DRAFT')) AS missing_count,
  (SELECT json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'report_state', report_state, 'is_zero', is_zero,
    'is_late', is_late,
    'report_code', report_code, 'submitted_at_us', (extract(epoch FROM submitted_at) * 1000000)::int8) ORDER BY unit_id)
    FROM standing WHERE :call.sees_all OR unit_id = :call.unit) AS units,
  (SELECT array_agg(unit_name ORDER BY unit_id) FROM standing WHERE report_state IN ('MISSING', 'DRAFT')) AS missing_unit_names,
  (SELECT array_agg(unit_name ORDER BY unit_id) FROM standing WHERE is_late) AS late_unit_names
FROM quarter q WHERE q.quarter = :quarter
