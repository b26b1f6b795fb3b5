-- GetCircularRequest -> Circular
-- Issued ones are for the office, those above it and the units that report in the quarter; drafts for the office alone.
WITH chosen AS (
  SELECT * FROM circular c
  WHERE c.quarter = :quarter AND (:circular_number IS NULL OR c.circular_number = :circular_number) AND (:call.sees_all
    OR (c.circular_state = 'ISSUED' AND EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = c.quarter AND e.unit_id = :call.unit)))
  ORDER BY c.circular_number DESC LIMIT 1)
SELECT c.quarter, c.circular_number, c.consolidation_number, c.circular_state, c.circular_note, c.as_of_date, c.made_by, c.document_no, c.issued_date,
  c.issued_by, c.issuer_name, c.circular_text, c.text_digest, c.due_date, c.on_time_until AS on_time_until_date,
  (SELECT count(*)::int4 FROM consolidation_unit u WHERE (u.quarter, u.consolidation_number) = (c.quarter, c.consolidation_number)) AS expected_count,
  (SELECT count(*)::int4 FROM circular_unit u WHERE (u.quarter, u.circular_number) = (c.quarter, c.circular_number) AND u.timeliness = 'ON_TIME')
    AS on_time_count,
  (SELECT count(*)::int4 FROM circular_unit u WHERE (u.quarter, u.circular_number) = (c.quarter, c.circular_number) AND u.timeliness = 'LATE')
    AS late_count,
  (SELECT count(*)::int4 FROM circular_unit u WHERE (u.quarter, u.circular_number) = (c.quarter, c.circular_number) AND u.timeliness = 'MISSING')
    AS missing_count,
  (SELECT count(*)::int4 FROM consolidation_unit u WHERE (u.quarter, u.consolidation_number) = (c.quarter, c.consolidation_number)
    AND u.report_state = 'ACCEPTED') AS accepted_count,
  t.project_count, t.started_count, t.total_investment_fen, t.total_investment_unknown_count, t.absorbed_count, t.local_count, t.day_hundredths,
  t.due_fen, t.paid_fen, t.unpaid_fen, t.per_head_fen, t.cumulative_paid_fen, t.cumulative_absorbed_count,
  (SELECT json_agg(json_build_object('rank_number', u.rank_number, 'unit_id', u.unit_id, 'unit_name', u.unit_name, 'timeliness', u.timeliness,
    'first_filed_date', u.first_filed_date, 'late_days', u.late_days, 'is_zero', u.is_zero) ORDER BY u.rank_number, u.unit_id)
    FROM circular_unit u WHERE (u.quarter, u.circular_number) = (c.quarter, c.circular_number)) AS units,
  (SELECT json_agg(json_build_object('exception_rule', e.exception_rule, 'exception_count', e.exception_count, 'unit_names', e.unit_names)
    ORDER BY e.exception_rule) FROM circular_exception e WHERE (e.quarter, e.circular_number) = (c.quarter, c.circular_number)) AS exceptions,
  (SELECT json_agg(json_build_object('item_code', i.item_code, 'item_note', i.item_note, 'owner_unit_id', i.owner_unit_id, 'unit_name', i.unit_name,
    'due_date', i.due_date, 'late_days', i.late_days, 'item_state', i.item_state) ORDER BY i.due_date, i.item_code)
    FROM circular_item i WHERE (i.quarter, i.circular_number) = (c.quarter, c.circular_number)) AS items,
  (SELECT json_agg(json_build_object('matter_code', m.matter_code, 'unit_id', m.unit_id, 'unit_name', m.unit_name, 'matter_date', m.matter_date,
    'matter_title', m.matter_title, 'report_due_date', m.report_due_date, 'reported_date', m.reported_date, 'report_late', m.report_late)
    ORDER BY m.matter_date, m.matter_code) FROM circular_matter m WHERE (m.quarter, m.circular_number) = (c.quarter, c.circular_number)) AS matters
FROM chosen c LEFT JOIN consolidation_total t ON (t.quarter, t.consolidation_number, t.total_kind) = (c.quarter, c.consolidation_number, 'ALL')
