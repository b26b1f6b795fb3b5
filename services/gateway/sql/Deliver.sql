-- DeliverRequest -> Receipt
-- Takes custody of one signed part. What has arrived before gets the receipt it got then, byte for byte.
WITH known AS (SELECT * FROM delivery WHERE digest = :gathered_digest),
quarter_of AS (SELECT * FROM quarter WHERE quarter = :gathered_content.quarter),
newest AS (
  SELECT * FROM report WHERE unit_id = :gathered_content.unit_id AND quarter = :gathered_content.quarter ORDER BY revision DESC LIMIT 1),
line AS (
  SELECT * FROM unnest(
    :gathered_content.lines.line_number, :gathered_content.lines.project_code, :gathered_content.lines.project_name,
    :gathered_content.lines.field, :gathered_content.lines.track, :gathered_content.lines.project_state,
    :gathered_content.lines.list_kind, :gathered_content.lines.list_level, :gathered_content.lines.is_counted,
    :gathered_content.lines.total_investment_fen, :gathered_content.lines.fiscal_fen, :gathered_content.lines.central_fen,
    :gathered_content.lines.invested_fen, :gathered_content.lines.planned_pay_fen, :gathered_content.lines.planned_workers,
    :gathered_content.lines.posts_offered_count, :gathered_content.lines.registered_count, :gathered_content.lines.absorbed_count,
    :gathered_content.lines.local_count, :gathered_content.lines.female_count, :gathered_content.lines.priority_count,
    :gathered_content.lines.day_hundredths, :gathered_content.lines.due_fen, :gathered_content.lines.paid_fen,
    :gathered_content.lines.unpaid_fen, :gathered_content.lines.dividend_fen, :gathered_content.lines.training_count,
    :gathered_content.lines.trainee_count, :gathered_content.lines.sheets_due_count, :gathered_content.lines.sheets_filed_count,
    :gathered_content.lines.sheets_late_count, :gathered_content.lines.notices_due_count, :gathered_content.lines.notices_done_count,
    :gathered_content.lines.inspection_count, :gathered_content.lines.finding_count, :gathered_content.lines.rectified_count,
    :gathered_content.lines.overdue_count, :gathered_content.lines.ratio_bp, :gathered_content.lines.floor_bp,
    :gathered_content.lines.cumulative_due_fen, :gathered_content.lines.cumulative_paid_fen,
    :gathered_content.lines.cumulative_day_hundredths, :gathered_content.lines.cumulative_absorbed_count,
    :gathered_content.lines.line_note, :gathered_content.lines.origin_unit_id, :gathered_content.lines.origin_unit_name,
    :gathered_content.lines.origin_path, :gathered_content.lines.origin_report_code)
    AS l(line_number, project_code, project_name, field, track, project_state, list_kind, list_level, is_counted, total_investment_fen,
         fiscal_fen, central_fen, invested_fen, planned_pay_fen, planned_workers, posts_offered_count, registered_count,
         absorbed_count, local_count, female_count, priority_count, day_hundredths, due_fen, paid_fen, unpaid_fen, dividend_fen,
         training_count, trainee_count, sheets_due_count, sheets_filed_count, sheets_late_count, notices_due_count, notices_done_count,
         inspection_count, finding_count, rectified_count, overdue_count, ratio_bp, floor_bp, cumulative_due_fen, cumulative_paid_fen,
         cumulative_day_hundredths, cumulative_absorbed_count, line_note, origin_unit_id, origin_unit_name, origin_path, origin_report_code)),
person AS (
  SELECT * FROM unnest(:gathered_content.persons.line_number, :gathered_content.persons.worker_token, :gathered_content.persons.sex,
    :gathered_content.persons.is_local, :gathered_content.persons.priority_mask,
    :gathered_content.persons.is_trainee, :gathered_content.persons.safety_trained, :gathered_content.persons.skill_trained,
    :gathered_content.persons.first_whole_mask, :gathered_content.persons.second_whole_mask,
    :gathered_content.persons.third_whole_mask, :gathered_content.persons.first_part_mask,
    :gathered_content.persons.second_part_mask, :gathered_content.persons.third_part_mask)
    AS p(line_number, worker_token, sex, is_local, priority_mask, is_trainee, safety_trained, skill_trained, first_whole_mask, second_whole_mask,
         third_whole_mask, first_part_mask, second_part_mask, third_part_mask)),
figure AS (
  SELECT * FROM unnest(
    :gathered_content.lines.line_number, :gathered_content.lines.figures.division_code,
    :gathered_content.lines.figures.listed_in_quarter, :gathered_content.lines.figures.started_in_quarter,
    :gathered_content.lines.figures.accepted_in_quarter, :gathered_content.lines.figures.listed_in_year,
    :gathered_content.lines.figures.started_in_year, :gathered_content.lines.figures.accepted_in_year,
    :gathered_content.lines.figures.invested_quarter_delta_fen, :gathered_content.lines.figures.invested_year_delta_fen,
    :gathered_content.lines.figures.worker_time_count, :gathered_content.lines.figures.trainee_time_count,
    :gathered_content.lines.figures.safety_trainee_count, :gathered_content.lines.figures.skill_trainee_count,
    :gathered_content.lines.figures.post_set_count, :gathered_content.lines.figures.post_filled_count,
    :gathered_content.lines.figures.dividend_beneficiary_count, :gathered_content.lines.figures.visit_count,
    :gathered_content.lines.figures.model_case_count, :gathered_content.lines.figures.relief_paid_fen,
    :gathered_content.lines.figures.cumulative_worker_time_count, :gathered_content.lines.figures.cumulative_training_count,
    :gathered_content.lines.figures.cumulative_trainee_count, :gathered_content.lines.figures.cumulative_trainee_time_count,
    :gathered_content.lines.figures.cumulative_dividend_fen, :gathered_content.lines.figures.cumulative_visit_count,
    :gathered_content.lines.figures.cumulative_model_case_count, :gathered_content.lines.figures.cumulative_inspection_count,
    :gathered_content.lines.figures.cumulative_finding_count, :gathered_content.lines.figures.cumulative_rectified_count,
    :gathered_content.lines.figures.cumulative_relief_paid_fen,
    :gathered_content.lines.figures.per_head_fen, :gathered_content.lines.figures.outreach_required_count,
    :gathered_content.lines.figures.outreach_reached_count, :gathered_content.lines.figures.cumulative_outreach_reached_count,
    :gathered_content.lines.figures.cumulative_local_count, :gathered_content.lines.figures.cumulative_female_count,
    :gathered_content.lines.figures.cumulative_priority_count, :gathered_content.lines.figures.cumulative_safety_trainee_count,
    :gathered_content.lines.figures.cumulative_skill_trainee_count, :gathered_content.lines.figures.cumulative_per_head_fen)
    AS f(line_number, division_code, listed_in_quarter, started_in_quarter, accepted_in_quarter, listed_in_year,
         started_in_year, accepted_in_year, invested_quarter_delta_fen, invested_year_delta_fen, worker_time_count,
         trainee_time_count, safety_trainee_count, skill_trainee_count, post_set_count, post_filled_count,
         dividend_beneficiary_count, visit_count, model_case_count, relief_paid_fen, cumulative_worker_time_count,
         cumulative_training_count, cumulative_trainee_count, cumulative_trainee_time_count, cumulative_dividend_fen,
         cumulative_visit_count, cumulative_model_case_count, cumulative_inspection_count, cumulative_finding_count,
         cumulative_rectified_count, cumulative_relief_paid_fen, per_head_fen, outreach_required_count, outreach_reached_count,
         cumulative_outreach_reached_count, cumulative_local_count, cumulative_female_count, cumulative_priority_count,
         cumulative_safety_trainee_count, cumulative_skill_trainee_count, cumulative_per_head_fen)),
base AS (
  SELECT l.* FROM report_line l WHERE l.report_code = (
    SELECT report_code FROM report WHERE unit_id = :gathered_content.unit_id AND left(quarter, 4) = left(:gathered_content.quarter, 4)
      AND quarter < :gathered_content.quarter AND report_state = 'ACCEPTED' ORDER BY quarter DESC, revision DESC LIMIT 1)),
problem AS (
  SELECT p.* FROM (
    SELECT 'UNIT_NOT_OF_CHILD' AS refusal, 'signed' AS refusal_path, :gathered_content.unit_id AS refusal_detail
      WHERE NOT EXISTS (SELECT 1 FROM child_unit c WHERE c.unit_id = :gathered_content.unit_id AND c.node_unit_id = :call.unit)
    UNION ALL SELECT 'UNIT_NOT_EXPECTED', 'signed', :gathered_content.unit_id WHERE EXISTS (SELECT 1 FROM quarter_of) AND NOT EXISTS (
      SELECT 1 FROM quarter_unit e WHERE e.quarter = :gathered_content.quarter AND e.unit_id = :gathered_content.unit_id)
    UNION ALL SELECT 'QUARTER_NOT_OPEN', 'signed', :gathered_content.quarter
      WHERE NOT EXISTS (SELECT 1 FROM quarter_of WHERE quarter_state = 'OPEN')
    UNION ALL SELECT 'REVISION_REUSED', 'signed', :gathered_content.report_code WHERE EXISTS (SELECT 1 FROM delivery d
      WHERE d.report_code = :gathered_content.report_code AND d.part_number = :gathered_content.part_number)
    UNION ALL SELECT 'REVISION_OLD', 'signed', n.revision::text FROM newest n
      WHERE :gathered_content.part_number = 1 AND n.revision >= :gathered_content.revision
    UNION ALL SELECT 'RESTATE_REASON_MISSING', 'signed', n.report_code FROM newest n
      WHERE :gathered_content.part_number = 1 AND n.report_state = 'ACCEPTED' AND :gathered_content.restate_reason IS NULL
    UNION ALL SELECT 'PART_OUT_OF_ORDER', 'signed', :gathered_content.part_number::text
      WHERE :gathered_content.part_number <> 1 + (SELECT count(*) FROM delivery d WHERE d.report_code = :gathered_content.report_code)
    UNION ALL SELECT 'REVISION_OLD', 'signed', r.report_state FROM report r
      WHERE :gathered_content.part_number > 1 AND r.report_code = :gathered_content.report_code AND r.report_state <> 'RECEIVING'
    UNION ALL SELECT 'PERSON_COUNT', 'signed', :gathered_content.person_count::text
      WHERE :gathered_content.part_number = :gathered_content.part_count AND coalesce(:gathered_content.person_count, 0) <>
        (SELECT count(*) FROM person WHERE NOT coalesce(is_trainee, false)) + (SELECT count(*) FROM report_person o WHERE o.report_code = :gathered_content.report_code)
    UNION ALL SELECT 'CUMULATIVE_MISMATCH', 'lines[' || l.line_number - 1 || ']', l.project_code FROM line l JOIN base b
        ON b.project_code = l.project_code AND b.origin_unit_id IS NOT DISTINCT FROM l.origin_unit_id
      WHERE coalesce(l.cumulative_paid_fen, 0) <> b.cumulative_paid_fen + coalesce(l.paid_fen, 0)
        OR coalesce(l.cumulative_due_fen, 0) <> b.cumulative_due_fen + coalesce(l.due_fen, 0)
        OR coalesce(l.cumulative_day_hundredths, 0) <> b.cumulative_day_hundredths + coalesce(l.day_hundredths, 0)) p
  WHERE NOT EXISTS (SELECT 1 FROM known)),
stored AS (
  INSERT INTO delivery (digest, sender_unit_id, report_code, part_number, content, signature, key_id, receipt_content, receipt_signature,
    receipt_key_id, received_at)
  SELECT :gathered_digest, :call.unit, :gathered_content.report_code, :gathered_content.part_number, :signed.content, :signed.signature,
    :signed.key_id,
    :gathered_receipt.content, :gathered_receipt.signature, :gathered_receipt.key_id, :call.now
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM known)
  RETURNING *),
replaced AS (
  UPDATE report r SET report_state = 'REPLACED' FROM stored s WHERE s.part_number = 1 AND r.unit_id = :gathered_content.unit_id
    AND r.quarter = :gathered_content.quarter AND r.report_state IN ('SUBMITTED', 'RECEIVING')),
arrived AS (
  INSERT INTO report (report_code, unit_id, quarter, revision, report_state, is_zero, zero_reason, restate_reason, line_digest, line_count,
    person_count, part_count, made_by, submitted_by, submitted_at, is_late, unit_note, bears_totals, base_expected_count, base_accepted_count,
    base_late_count, base_missing_count)
  SELECT s.report_code, :gathered_content.unit_id, :gathered_content.quarter, :gathered_content.revision,
    CASE WHEN :gathered_content.part_count = 1 THEN 'SUBMITTED' ELSE 'RECEIVING' END, coalesce(:gathered_content.is_zero, false),
    :gathered_content.zero_reason, :gathered_content.restate_reason, :gathered_content.line_digest, coalesce(:gathered_content.line_count, 0),
    coalesce(:gathered_content.person_count, 0), :gathered_content.part_count, NULL, :call.principal, :call.now,
      :call.today > unit_on_time(q.quarter, :gathered_content.unit_id), :gathered_content.unit_note,
    b.bears_totals, CASE WHEN b.bears_totals THEN coalesce(:gathered_content.level_counts.expected_count, 0) END,
    CASE WHEN b.bears_totals THEN coalesce(:gathered_content.level_counts.accepted_count, 0) END,
    CASE WHEN b.bears_totals THEN coalesce(:gathered_content.level_counts.late_count, 0) END,
    CASE WHEN b.bears_totals THEN coalesce(:gathered_content.level_counts.missing_count, 0) END
  FROM stored s CROSS JOIN quarter_of q CROSS JOIN (SELECT cardinality(:gathered_content.totals.total_kind) > 0 AS bears_totals) b
  WHERE s.part_number = 1
  RETURNING *),
completed AS (
  UPDATE report r SET report_state = CASE WHEN s.part_number = r.part_count THEN 'SUBMITTED' ELSE 'RECEIVING' END, submitted_at = :call.now,
    is_late = :call.today > unit_on_time(q.quarter, :gathered_content.unit_id)
  FROM stored s CROSS JOIN quarter_of q WHERE s.part_number > 1 AND r.report_code = s.report_code
  RETURNING r.*),
lines AS (
  INSERT INTO report_line (report_code, line_number, project_code, project_name, field, track, project_state, list_kind, list_level,
    is_counted, total_investment_fen,
    fiscal_fen, central_fen, invested_fen, planned_pay_fen, planned_workers, posts_offered_count, registered_count, absorbed_count,
    local_count, female_count, priority_count, day_hundredths, due_fen, paid_fen, unpaid_fen, dividend_fen, training_count,
    trainee_count, sheets_due_count, sheets_filed_count, sheets_late_count, notices_due_count, notices_done_count, inspection_count,
    finding_count, rectified_count, overdue_count, ratio_bp, floor_bp, cumulative_due_fen, cumulative_paid_fen,
    cumulative_day_hundredths, cumulative_absorbed_count, line_note, origin_unit_id, origin_unit_name, origin_path, origin_report_code)
  SELECT s.report_code, l.line_number, l.project_code, l.project_name, l.field, l.track, l.project_state, l.list_kind, l.list_level,
    coalesce(l.is_counted, false), l.total_investment_fen, l.fiscal_fen, l.central_fen, coalesce(l.invested_fen, 0), l.planned_pay_fen,
    l.planned_workers, coalesce(l.posts_offered_count, 0),
    coalesce(l.registered_count, 0), coalesce(l.absorbed_count, 0), coalesce(l.local_count, 0), coalesce(l.female_count, 0),
    coalesce(l.priority_count, 0), coalesce(l.day_hundredths, 0), coalesce(l.due_fen, 0), coalesce(l.paid_fen, 0),
    coalesce(l.unpaid_fen, 0), coalesce(l.dividend_fen, 0), coalesce(l.training_count, 0), coalesce(l.trainee_count, 0),
    coalesce(l.sheets_due_count, 0), coalesce(l.sheets_filed_count, 0), coalesce(l.sheets_late_count, 0),
    coalesce(l.notices_due_count, 0), coalesce(l.notices_done_count, 0), coalesce(l.inspection_count, 0), coalesce(l.finding_count, 0),
    coalesce(l.rectified_count, 0), coalesce(l.overdue_count, 0), l.ratio_bp, l.floor_bp, coalesce(l.cumulative_due_fen, 0),
    coalesce(l.cumulative_paid_fen, 0), coalesce(l.cumulative_day_hundredths, 0), coalesce(l.cumulative_absorbed_count, 0), l.line_note,
    l.origin_unit_id, l.origin_unit_name, l.origin_path, l.origin_report_code
  FROM stored s CROSS JOIN line l),
heads AS (
  INSERT INTO report_heads (report_code, total_kind, total_key, absorbed_count, local_count, female_count, priority_count, cumulative_absorbed_count,
    trainee_count, safety_trainee_count, skill_trainee_count, cumulative_trainee_count, group_counts,
    cumulative_local_count, cumulative_female_count, cumulative_priority_count, cumulative_safety_trainee_count,
    cumulative_skill_trainee_count)
  SELECT s.report_code, t.total_kind, coalesce(t.total_key, ''), coalesce(t.absorbed_count, 0), coalesce(t.local_count, 0), coalesce(t.female_count, 0),
    coalesce(t.priority_count, 0), coalesce(t.cumulative_absorbed_count, 0),
    coalesce(t.trainee_count, 0), coalesce(t.safety, 0), coalesce(t.skill, 0), coalesce(t.trained_year, 0),
    CASE WHEN total_group.numbers IS NULL THEN '{}' ELSE ARRAY(SELECT coalesce(g.worker_count, 0) FROM unnest(priority_group_names())
      WITH ORDINALITY AS n(name, place) LEFT JOIN unnest(total_group.names, total_group.counts) AS g(name, worker_count) USING (name) ORDER BY n.place) END,
    t.year_local, t.year_female, t.year_priority, t.year_safety, t.year_skill
  FROM stored s CROSS JOIN unnest(:gathered_content.totals.total_kind, :gathered_content.totals.total_key, :gathered_content.totals.absorbed_count,
    :gathered_content.totals.local_count, :gathered_content.totals.female_count, :gathered_content.totals.priority_count,
    :gathered_content.totals.cumulative_absorbed_count, :gathered_content.totals.trainee_count,
    :gathered_content.totals.figures.safety_trainee_count, :gathered_content.totals.figures.skill_trainee_count,
    :gathered_content.totals.figures.cumulative_trainee_count, :gathered_content.totals.figures.cumulative_local_count,
    :gathered_content.totals.figures.cumulative_female_count, :gathered_content.totals.figures.cumulative_priority_count,
    :gathered_content.totals.figures.cumulative_safety_trainee_count, :gathered_content.totals.figures.cumulative_skill_trainee_count) WITH ORDINALITY
    AS t(total_kind, total_key, absorbed_count, local_count, female_count, priority_count, cumulative_absorbed_count, trainee_count, safety, skill,
         trained_year, year_local, year_female, year_priority, year_safety, year_skill, number)
  LEFT JOIN (SELECT g.number, array_agg(g.number) AS numbers, array_agg(g.name) AS names, array_agg(g.worker_count) AS counts
    FROM unnest(:gathered_total_groups.line_number, :gathered_total_groups.priority_group, :gathered_total_groups.worker_count)
      AS g(number, name, worker_count) GROUP BY g.number) total_group ON total_group.number = t.number
  ON CONFLICT DO NOTHING),
below AS (
  INSERT INTO report_below (report_code, origin_path, unit_id, unit_name, report_state, is_late)
  SELECT s.report_code, b.origin_path, b.unit_id, coalesce(b.unit_name, b.unit_id), b.report_state, coalesce(b.is_late, false)
  FROM stored s, unnest(:gathered_content.units_below.origin_path, :gathered_content.units_below.unit_id, :gathered_content.units_below.unit_name,
    :gathered_content.units_below.report_state, :gathered_content.units_below.is_late)
    AS b(origin_path, unit_id, unit_name, report_state, is_late)
  ON CONFLICT DO NOTHING),
ledgers AS (
  INSERT INTO report_ledger (report_code, line_number, ledger_root, ledger_row_count, ledger_day_hundredths, ledger_due_fen, ledger_paid_fen)
  SELECT s.report_code, g.line_number, g.ledger_root, coalesce(g.row_count, 0), coalesce(g.days, 0), coalesce(g.due, 0), coalesce(g.paid, 0)
  FROM stored s, unnest(:gathered_content.lines.line_number, :gathered_content.lines.ledger_root, :gathered_content.lines.ledger_row_count,
    :gathered_content.lines.ledger_day_hundredths, :gathered_content.lines.ledger_due_fen, :gathered_content.lines.ledger_paid_fen)
    AS g(line_number, ledger_root, row_count, days, due, paid)
  WHERE g.ledger_root IS NOT NULL),
people AS (
  INSERT INTO report_person (report_code, line_number, worker_token, sex, is_local, priority_mask, first_whole_mask, second_whole_mask,
    third_whole_mask, first_part_mask, second_part_mask, third_part_mask)
  SELECT s.report_code, p.line_number, p.worker_token, p.sex, coalesce(p.is_local, false), coalesce(p.priority_mask, 0),
    coalesce(p.first_whole_mask, 0), coalesce(p.second_whole_mask, 0), coalesce(p.third_whole_mask, 0), coalesce(p.first_part_mask, 0),
    coalesce(p.second_part_mask, 0), coalesce(p.third_part_mask, 0)
  FROM stored s CROSS JOIN person p WHERE NOT coalesce(p.is_trainee, false)),
trainees AS (
  INSERT INTO report_trainee (report_code, line_number, worker_token, safety_trained, skill_trained)
  SELECT s.report_code, p.line_number, p.worker_token, coalesce(p.safety_trained, false), coalesce(p.skill_trained, false)
  FROM stored s CROSS JOIN person p WHERE p.is_trainee),
figures AS (
  INSERT INTO report_line_figure (report_code, line_number, division_code, listed_in_quarter, started_in_quarter, accepted_in_quarter, listed_in_year,
    started_in_year, accepted_in_year, invested_quarter_delta_fen, invested_year_delta_fen, worker_time_count,
    trainee_time_count, safety_trainee_count, skill_trainee_count, post_set_count, post_filled_count,
    dividend_beneficiary_count, visit_count, model_case_count, relief_paid_fen, cumulative_worker_time_count,
    cumulative_training_count, cumulative_trainee_count, cumulative_trainee_time_count, cumulative_dividend_fen,
    cumulative_visit_count, cumulative_model_case_count, cumulative_inspection_count, cumulative_finding_count,
    cumulative_rectified_count, cumulative_relief_paid_fen, per_head_fen, outreach_required_count, outreach_reached_count,
    cumulative_outreach_reached_count, cumulative_local_count, cumulative_female_count, cumulative_priority_count, cumulative_safety_trainee_count,
    cumulative_skill_trainee_count, cumulative_per_head_fen)
  SELECT s.report_code, f.line_number, f.division_code, coalesce(f.listed_in_quarter, false), coalesce(f.started_in_quarter, false),
    coalesce(f.accepted_in_quarter, false), coalesce(f.listed_in_year, false), coalesce(f.started_in_year, false),
    coalesce(f.accepted_in_year, false), coalesce(f.invested_quarter_delta_fen, 0), coalesce(f.invested_year_delta_fen, 0),
    coalesce(f.worker_time_count, 0), coalesce(f.trainee_time_count, 0), coalesce(f.safety_trainee_count, 0),
    coalesce(f.skill_trainee_count, 0), coalesce(f.post_set_count, 0), coalesce(f.post_filled_count, 0),
    coalesce(f.dividend_beneficiary_count, 0), coalesce(f.visit_count, 0), coalesce(f.model_case_count, 0), f.relief_paid_fen,
    coalesce(f.cumulative_worker_time_count, 0), coalesce(f.cumulative_training_count, 0),
    coalesce(f.cumulative_trainee_count, 0), coalesce(f.cumulative_trainee_time_count, 0),
    coalesce(f.cumulative_dividend_fen, 0), coalesce(f.cumulative_visit_count, 0), coalesce(f.cumulative_model_case_count, 0),
    coalesce(f.cumulative_inspection_count, 0), coalesce(f.cumulative_finding_count, 0),
    coalesce(f.cumulative_rectified_count, 0), f.cumulative_relief_paid_fen, f.per_head_fen, f.outreach_required_count, f.outreach_reached_count,
    f.cumulative_outreach_reached_count, f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count,
    f.cumulative_safety_trainee_count, f.cumulative_skill_trainee_count, f.cumulative_per_head_fen
  FROM stored s CROSS JOIN figure f WHERE f.relief_paid_fen IS NOT NULL), -- what a child of the time before that did not say stays unsaid
funds AS (
  INSERT INTO report_line_fund (report_code, line_number, fund_source, approved_fen)
  SELECT s.report_code, f.line_number, f.fund_source, coalesce(f.approved_fen, 0)
  FROM stored s CROSS JOIN unnest(:gathered_funds.line_number, :gathered_funds.fund_source, :gathered_funds.approved_fen)
    AS f(line_number, fund_source, approved_fen)),
groups AS (
  INSERT INTO report_line_group (report_code, line_number, priority_group, worker_count)
  SELECT s.report_code, g.line_number, g.priority_group, g.worker_count
  FROM stored s CROSS JOIN unnest(:gathered_groups.line_number, :gathered_groups.priority_group, :gathered_groups.worker_count)
    AS g(line_number, priority_group, worker_count)),
outreach AS (
  INSERT INTO report_line_outreach (report_code, line_number, unit_id, is_member, is_owner, reached_in_quarter, reached_in_year)
  SELECT s.report_code, o.line_number, o.unit_id, coalesce(o.is_member, false), coalesce(o.is_owner, false), coalesce(o.reached_in_quarter, false),
    coalesce(o.reached_in_year, false)
  FROM stored s CROSS JOIN unnest(:gathered_outreach.line_number, :gathered_outreach.unit_id, :gathered_outreach.is_member,
    :gathered_outreach.is_owner, :gathered_outreach.reached_in_quarter, :gathered_outreach.reached_in_year)
    AS o(line_number, unit_id, is_member, is_owner, reached_in_quarter, reached_in_year)),
told AS (
  INSERT INTO report_exception (report_code, exception_number, project_code, exception_rule, exception_note, severity)
  SELECT s.report_code, e.place::int4, e.project_code, e.exception_rule, e.exception_note, e.severity
  FROM stored s, unnest(:gathered_exceptions.project_code, :gathered_exceptions.exception_rule, :gathered_exceptions.exception_note,
    :gathered_exceptions.severity) WITH ORDINALITY AS e(project_code, exception_rule, exception_note, severity, place)),
receipt AS (SELECT report_code, part_number, receipt_content, receipt_signature, receipt_key_id FROM known
  UNION ALL SELECT report_code, part_number, receipt_content, receipt_signature, receipt_key_id FROM stored),
state AS (
  SELECT report_state, revision, is_zero FROM arrived UNION ALL SELECT report_state, revision, is_zero FROM completed
  UNION ALL SELECT r.report_state, r.revision, r.is_zero FROM report r JOIN known USING (report_code))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, receipt_content AS "receipt.content",
  receipt_signature AS "receipt.signature", receipt_key_id AS "receipt.key_id", 'SM2-SM3' AS "receipt.algorithm",
  'ReceiptContent' AS "receipt.content_type", report_code, part_number, report_state, :gathered_content.unit_id AS unit_id,
  :gathered_content.quarter AS quarter, revision, is_zero
FROM receipt CROSS JOIN state
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
