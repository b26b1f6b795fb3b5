-- DraftReportRequest -> ReportKey
-- A new revision from the figures that were gathered; cumulative = the year's last report before it + this quarter (R196).
WITH newest AS (SELECT revision, report_state FROM report WHERE unit_id = :unit_id AND quarter = :quarter ORDER BY revision DESC LIMIT 1),
gathered AS (
  SELECT * FROM unnest(
    :gathered_lines.line_number, :gathered_lines.project_code, :gathered_lines.project_name, :gathered_lines.field,
    :gathered_lines.track, :gathered_lines.project_state, :gathered_lines.total_investment_fen, :gathered_lines.fiscal_fen,
    :gathered_lines.central_fen, :gathered_lines.invested_fen, :gathered_lines.planned_pay_fen, :gathered_lines.planned_workers,
    :gathered_lines.posts_offered_count, :gathered_lines.registered_count, :gathered_lines.day_hundredths, :gathered_lines.due_fen,
    :gathered_lines.paid_fen, :gathered_lines.unpaid_fen, :gathered_lines.dividend_fen, :gathered_lines.training_count,
    :gathered_lines.trainee_count, :gathered_lines.sheets_due_count, :gathered_lines.sheets_filed_count,
    :gathered_lines.sheets_late_count, :gathered_lines.notices_due_count, :gathered_lines.notices_done_count,
    :gathered_lines.inspection_count, :gathered_lines.finding_count, :gathered_lines.rectified_count, :gathered_lines.overdue_count,
    :gathered_lines.ratio_bp, :gathered_lines.floor_bp, :gathered_lines.list_kind, :gathered_lines.list_level)
    AS g(line_number, project_code, project_name, field, track, project_state, total_investment_fen, fiscal_fen, central_fen,
         invested_fen, planned_pay_fen, planned_workers, posts_offered_count, registered_count, day_hundredths, due_fen, paid_fen,
         unpaid_fen, dividend_fen, training_count, trainee_count, sheets_due_count, sheets_filed_count, sheets_late_count,
         notices_due_count, notices_done_count, inspection_count, finding_count, rectified_count, overdue_count, ratio_bp, floor_bp, list_kind, list_level)),
figure AS (
  SELECT * FROM unnest(
    :gathered_lines.line_number, :gathered_lines.figures.division_code, :gathered_lines.figures.listed_in_quarter,
    :gathered_lines.figures.started_in_quarter, :gathered_lines.figures.accepted_in_quarter,
    :gathered_lines.figures.listed_in_year, :gathered_lines.figures.started_in_year, :gathered_lines.figures.accepted_in_year,
    :gathered_lines.figures.invested_quarter_delta_fen, :gathered_lines.figures.invested_year_delta_fen,
    :gathered_lines.figures.worker_time_count, :gathered_lines.figures.trainee_time_count,
    :gathered_lines.figures.safety_trainee_count, :gathered_lines.figures.skill_trainee_count,
    :gathered_lines.figures.post_set_count, :gathered_lines.figures.post_filled_count,
    :gathered_lines.figures.dividend_beneficiary_count, :gathered_lines.figures.visit_count,
    :gathered_lines.figures.model_case_count, :gathered_lines.figures.relief_paid_fen)
    AS f(line_number, division_code, listed_in_quarter, started_in_quarter, accepted_in_quarter, listed_in_year,
         started_in_year, accepted_in_year, invested_quarter_delta_fen, invested_year_delta_fen, worker_time_count,
         trainee_time_count, safety_trainee_count, skill_trainee_count, post_set_count, post_filled_count,
         dividend_beneficiary_count, visit_count, model_case_count, relief_paid_fen)),
-- On which list a project stood is asked of the quarter's last day; a call of the time before that takes today's entry, as it did.
counted AS (
  SELECT g.*, l.counted_kind, l.counted_level, (l.counted_kind IS NOT NULL OR coalesce(g.track, '') = 'SPECIAL_FUND') AS is_counted
  FROM gathered g LEFT JOIN list_entry e ON e.project_code = g.project_code AND e.list_year = left(:quarter, 4)::int4
    AND e.list_state IN ('LISTED', 'ADJUSTED')
  CROSS JOIN LATERAL (SELECT CASE WHEN :gathered_version IS NULL THEN e.list_kind ELSE g.list_kind END AS counted_kind,
    CASE WHEN :gathered_version IS NULL THEN e.list_level ELSE g.list_level END AS counted_level) l),
prior AS (
  SELECT DISTINCT ON (quarter) report_code, quarter FROM report
  WHERE unit_id = :unit_id AND left(quarter, 4) = left(:quarter, 4) AND quarter < :quarter AND report_state IN ('ACCEPTED', 'SUBMITTED') AND NOT is_zero
  ORDER BY quarter, (report_state = 'ACCEPTED') DESC, revision DESC),
-- Where each line's people and ledger rows stand. What an earlier draft was made of, with the same earlier reports of the year, is not counted again.
year AS (SELECT coalesce(array_agg(report_code ORDER BY quarter), '{}') AS prior_codes FROM prior),
part AS (
  SELECT p.*, g.project_code, y.prior_codes, k.report_code AS kept_code, k.line_number AS kept_number, k.report_code IS NOT NULL AS is_kept
  FROM unnest(:gathered_parts.line_number, :gathered_parts.people_key, :gathered_parts.people_count, :gathered_parts.workforce_mark,
      :gathered_parts.ledger_key, :gathered_parts.payroll_mark, :gathered_parts.ledger_row_count)
      AS p(line_number, people_key, people_count, workforce_mark, ledger_key, payroll_mark, ledger_row_count) JOIN gathered g USING (line_number)
    CROSS JOIN year y LEFT JOIN LATERAL (
      SELECT d.report_code, d.line_number FROM draft_line d WHERE d.people_key = p.people_key AND d.project_code = g.project_code
        AND d.prior_codes = y.prior_codes AND (:gathered_version >= 4 AND NOT says_year_parts(d.report_code, d.line_number)) IS NOT TRUE
      ORDER BY d.report_code COLLATE "C" LIMIT 1) k ON true),
problem AS (
  SELECT 'NOT_OWN_UNIT' AS refusal, 'unit_id' AS refusal_path, NULL::text AS refusal_detail WHERE :unit_id <> :call.unit
  UNION ALL SELECT 'QUARTER_NOT_OPEN', 'quarter', :quarter
    WHERE NOT EXISTS (SELECT 1 FROM quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'OPEN')
  UNION ALL SELECT 'REPORT_UNDER_REVIEW', 'quarter', report_state FROM newest WHERE report_state IN ('SUBMITTED', 'RECEIVING')
  UNION ALL SELECT 'NOTHING_TO_REPORT', 'unit_id', NULL WHERE NOT EXISTS (SELECT 1 FROM counted)
  UNION ALL SELECT 'DRAFT_OVERTAKEN', 'quarter', NULL WHERE EXISTS (
      SELECT 1 FROM part p
      WHERE coalesce(p.people_count, 0) <> (SELECT coalesce(sum(b.people_count), 0) FROM people_block b WHERE (b.people_key, b.project_code) = (p.people_key, p.project_code))
        OR coalesce(p.ledger_row_count, 0) <> (SELECT coalesce(sum(b.row_count), 0) FROM ledger_block b
          WHERE (b.ledger_key, b.project_code) = (p.ledger_key, p.project_code)))
  UNION ALL SELECT 'RESTATE_REASON_MISSING', 'restate_reason', NULL FROM newest WHERE report_state = 'ACCEPTED' AND :restate_reason IS NULL),
replaced AS (
  UPDATE report SET report_state = 'REPLACED' WHERE unit_id = :unit_id AND quarter = :quarter AND report_state IN ('DRAFT', 'CHECKED')
    AND NOT EXISTS (SELECT 1 FROM problem)),
base AS (
  SELECT l.project_code, l.cumulative_due_fen, l.cumulative_paid_fen, l.cumulative_day_hundredths,
    f.cumulative_worker_time_count, f.cumulative_training_count, f.cumulative_trainee_time_count, f.cumulative_dividend_fen,
    f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_relief_paid_fen
  FROM report_line l LEFT JOIN report_line_figure f USING (report_code, line_number)
  WHERE report_code = (SELECT report_code FROM prior ORDER BY quarter DESC LIMIT 1)),
-- Of what was not counted before: a call of the time before the blocks brings its people itself, and they become rows at once.
brought AS (
  SELECT p.* FROM unnest(:gathered_persons.line_number, :gathered_persons.worker_token, :gathered_persons.sex, :gathered_persons.is_local,
    :gathered_persons.priority_mask, :gathered_persons.is_trainee, :gathered_persons.safety_trained, :gathered_persons.skill_trained,
    :gathered_persons.first_whole_mask, :gathered_persons.second_whole_mask, :gathered_persons.third_whole_mask,
    :gathered_persons.first_part_mask, :gathered_persons.second_part_mask, :gathered_persons.third_part_mask)
    AS p(line_number, worker_token, sex, is_local, priority_mask, is_trainee, safety_trained, skill_trained, first_whole_mask, second_whole_mask,
         third_whole_mask, first_part_mask, second_part_mask, third_part_mask)),
person AS (
  SELECT DISTINCT ON (p.line_number, p.worker_token) p.*, g.project_code FROM (
    SELECT line_number, worker_token, sex, coalesce(is_local, false) AS is_local, coalesce(priority_mask, 0) AS priority_mask,
      coalesce(first_whole_mask, 0) AS first_whole_mask, coalesce(second_whole_mask, 0) AS second_whole_mask,
      coalesce(third_whole_mask, 0) AS third_whole_mask, coalesce(first_part_mask, 0) AS first_part_mask,
      coalesce(second_part_mask, 0) AS second_part_mask, coalesce(third_part_mask, 0) AS third_part_mask, true AS is_brought
    FROM brought WHERE NOT coalesce(is_trainee, false)
    UNION ALL SELECT t.line_number, u.worker_token, u.sex, u.is_local, u.priority_mask, u.first_whole_mask, u.second_whole_mask, u.third_whole_mask,
      u.first_part_mask, u.second_part_mask, u.third_part_mask, false
    FROM part t JOIN people_block b USING (people_key, project_code) CROSS JOIN LATERAL people_of(b) u
    WHERE NOT t.is_kept AND NOT u.is_trainee) p JOIN gathered g USING (line_number)
  ORDER BY p.line_number, p.worker_token),
trainee AS (
  SELECT DISTINCT ON (p.line_number, p.worker_token) p.*, g.project_code FROM (
    SELECT line_number, worker_token, coalesce(safety_trained, false) AS safety_trained, coalesce(skill_trained, false) AS skill_trained,
      true AS is_brought
    FROM brought WHERE is_trainee
    UNION ALL SELECT t.line_number, u.worker_token, u.safety_trained, u.skill_trained, false
    FROM part t JOIN people_block b USING (people_key, project_code) CROSS JOIN LATERAL people_of(b) u
    WHERE NOT t.is_kept AND u.is_trainee) p JOIN gathered g USING (line_number)
  ORDER BY p.line_number, p.worker_token),
-- The year's earlier lines of the projects that are counted; each line's people by their key, so that one project does not cost all.
earlier AS (
  SELECT l.report_code, l.line_number, l.project_code FROM prior JOIN report_line l USING (report_code)
  WHERE l.project_code NOT IN (SELECT project_code FROM part WHERE is_kept)),
trained_year AS (
  SELECT project_code, count(*)::int4 AS people, (count(*) FILTER (WHERE safety_trained))::int4 AS safety,
    (count(*) FILTER (WHERE skill_trained))::int4 AS skill
  FROM (
    SELECT project_code, worker_token, bool_or(safety_trained) AS safety_trained, bool_or(skill_trained) AS skill_trained
    FROM (SELECT project_code, worker_token, safety_trained, skill_trained FROM trainee
          UNION ALL SELECT e.project_code, o.worker_token, o.safety_trained, o.skill_trained FROM earlier e CROSS JOIN LATERAL (
            SELECT x.worker_token, x.safety_trained, x.skill_trained FROM report_trainee x
            WHERE x.report_code = e.report_code AND x.line_number = e.line_number OFFSET 0) o) w
    GROUP BY project_code, worker_token) t
  GROUP BY project_code
  UNION ALL SELECT p.project_code, f.cumulative_trainee_count, f.cumulative_safety_trainee_count, f.cumulative_skill_trainee_count
  FROM part p JOIN report_line_figure f ON f.report_code = p.kept_code AND f.line_number = p.kept_number),
-- Of the owners those of a project that stood on a list; known from the version on that gathers it.
reach AS (
  SELECT o.line_number, o.unit_id, coalesce(o.is_member, false) AS is_member, coalesce(o.is_owner, false) AND c.counted_kind IS NOT NULL AS is_owner,
    coalesce(o.reached_in_quarter, false) AS reached_in_quarter, coalesce(o.reached_in_year, false) AS reached_in_year
  FROM unnest(:gathered_outreach.line_number, :gathered_outreach.unit_id, :gathered_outreach.is_member, :gathered_outreach.is_owner,
    :gathered_outreach.reached_in_quarter, :gathered_outreach.reached_in_year)
    AS o(line_number, unit_id, is_member, is_owner, reached_in_quarter, reached_in_year) JOIN counted c USING (line_number)
  WHERE o.is_member OR c.counted_kind IS NOT NULL),
reached AS (
  SELECT line_number, count(*)::int4 AS required, (count(*) FILTER (WHERE reached_in_quarter))::int4 AS in_quarter,
    (count(*) FILTER (WHERE reached_in_year))::int4 AS in_year
  FROM reach GROUP BY line_number),
in_group AS (
  SELECT p.line_number, (priority_group_names())[n.number] AS priority_group, count(*)::int4 AS people
  FROM person p JOIN generate_series(1, cardinality(priority_group_names())) AS n(number)
    ON p.priority_mask & (1 << n.number) <> 0
  WHERE p.priority_mask <> 0 GROUP BY p.line_number, n.number
  UNION ALL SELECT p.line_number, k.priority_group, k.worker_count
  FROM part p JOIN report_line_group k ON k.report_code = p.kept_code AND k.line_number = p.kept_number),
heads AS (
  SELECT line_number, count(*)::int4 AS absorbed, (count(*) FILTER (WHERE is_local))::int4 AS locals,
    (count(*) FILTER (WHERE sex = 'FEMALE'))::int4 AS women, (count(*) FILTER (WHERE priority_mask <> 0))::int4 AS priority
  FROM person GROUP BY line_number
  UNION ALL SELECT p.line_number, l.absorbed_count, l.local_count, l.female_count, l.priority_count
  FROM part p JOIN report_line l ON l.report_code = p.kept_code AND l.line_number = p.kept_number),
year_heads AS (
  SELECT project_code, count(*)::int4 AS people, (count(*) FILTER (WHERE is_local))::int4 AS locals, (count(*) FILTER (WHERE is_female))::int4 AS women,
    (count(*) FILTER (WHERE in_priority))::int4 AS priority
  FROM (
    SELECT project_code, worker_token, bool_or(is_local) AS is_local, bool_or(sex = 'FEMALE') AS is_female, bool_or(priority_mask <> 0) AS in_priority
    FROM (SELECT project_code, worker_token, is_local, sex, priority_mask FROM person
          UNION ALL SELECT e.project_code, o.worker_token, o.is_local, o.sex, o.priority_mask FROM earlier e CROSS JOIN LATERAL (
            SELECT x.worker_token, x.is_local, x.sex, x.priority_mask FROM report_person x
            WHERE x.report_code = e.report_code AND x.line_number = e.line_number OFFSET 0) o) w
    GROUP BY project_code, worker_token) h
  GROUP BY project_code
  UNION ALL SELECT p.project_code, l.cumulative_absorbed_count, f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count
  FROM part p JOIN report_line l ON l.report_code = p.kept_code AND l.line_number = p.kept_number
    LEFT JOIN report_line_figure f ON f.report_code = p.kept_code AND f.line_number = p.kept_number),
drafted AS (
  INSERT INTO report (report_code, unit_id, quarter, revision, report_state, is_zero, restate_reason, line_count, person_count, made_by, made_at)
  SELECT :unit_id || '-' || :quarter || '-' || r.revision, :unit_id, :quarter, r.revision, 'DRAFT', false, :restate_reason,
    (SELECT count(*)::int4 FROM gathered), (SELECT coalesce(sum(absorbed), 0)::int4 FROM heads), :call.principal, :call.now
  FROM (SELECT coalesce((SELECT revision FROM newest), 0) + 1 AS revision) r WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *),
lines AS (
  INSERT INTO report_line (report_code, line_number, project_code, project_name, field, track, project_state, list_kind, list_level,
    is_counted, total_investment_fen,
    fiscal_fen, central_fen, invested_fen, planned_pay_fen, planned_workers, posts_offered_count, registered_count, absorbed_count,
    local_count, female_count, priority_count, day_hundredths, due_fen, paid_fen, unpaid_fen, dividend_fen, training_count,
    trainee_count, sheets_due_count, sheets_filed_count, sheets_late_count, notices_due_count, notices_done_count, inspection_count,
    finding_count, rectified_count, overdue_count, ratio_bp, floor_bp, cumulative_due_fen, cumulative_paid_fen,
    cumulative_day_hundredths, cumulative_absorbed_count, line_note)
  SELECT d.report_code, g.line_number, g.project_code, g.project_name, g.field, g.track, g.project_state, g.counted_kind, g.counted_level, g.is_counted,
    g.total_investment_fen, g.fiscal_fen, g.central_fen, coalesce(g.invested_fen, 0), g.planned_pay_fen, g.planned_workers,
    coalesce(g.posts_offered_count, 0),
    coalesce(g.registered_count, 0), coalesce(h.absorbed, 0), coalesce(h.locals, 0), coalesce(h.women, 0), coalesce(h.priority, 0),
    coalesce(g.day_hundredths, 0), coalesce(g.due_fen, 0), coalesce(g.paid_fen, 0), coalesce(g.unpaid_fen, 0),
    coalesce(g.dividend_fen, 0), coalesce(g.training_count, 0), coalesce(g.trainee_count, 0), coalesce(g.sheets_due_count, 0),
    coalesce(g.sheets_filed_count, 0), coalesce(g.sheets_late_count, 0), coalesce(g.notices_due_count, 0),
    coalesce(g.notices_done_count, 0), coalesce(g.inspection_count, 0), coalesce(g.finding_count, 0), coalesce(g.rectified_count, 0),
    coalesce(g.overdue_count, 0), g.ratio_bp, g.floor_bp, coalesce(g.due_fen, 0) + coalesce(b.cumulative_due_fen, 0),
    coalesce(g.paid_fen, 0) + coalesce(b.cumulative_paid_fen, 0),
    coalesce(g.day_hundredths, 0) + coalesce(b.cumulative_day_hundredths, 0), coalesce(y.people, 0), NULL
  FROM drafted d CROSS JOIN counted g LEFT JOIN base b USING (project_code) LEFT JOIN heads h USING (line_number)
    LEFT JOIN year_heads y USING (project_code)),
ledgers AS (
  INSERT INTO report_ledger (report_code, line_number, ledger_root, ledger_row_count, ledger_day_hundredths, ledger_due_fen, ledger_paid_fen, ledger_key)
  SELECT d.report_code, g.line_number, g.ledger_root, coalesce(g.row_count, 0), coalesce(g.days, 0), coalesce(g.due, 0), coalesce(g.paid, 0),
    coalesce((SELECT p.ledger_key FROM part p WHERE p.line_number = g.line_number), :gathered_ledger_key)
  FROM drafted d, unnest(:gathered_lines.line_number, :gathered_lines.ledger_root, :gathered_lines.ledger_row_count, :gathered_lines.ledger_day_hundredths,
    :gathered_lines.ledger_due_fen, :gathered_lines.ledger_paid_fen) AS g(line_number, ledger_root, row_count, days, due, paid)
  WHERE g.ledger_root IS NOT NULL),
-- Looked up in a table of their own: with each draft there are more.
rows_in_use AS MATERIALIZED (
  SELECT ledger_key, project_code FROM part WHERE ledger_key IS NOT NULL
  UNION SELECT g.ledger_key, l.project_code FROM report r JOIN report_ledger g USING (report_code) JOIN report_line l USING (report_code, line_number)
  WHERE r.unit_id = :unit_id AND r.quarter = :quarter AND g.ledger_key IS NOT NULL AND r.report_state NOT IN ('DRAFT', 'CHECKED', 'REPLACED')),
people_in_use AS MATERIALIZED (
  SELECT people_key, project_code FROM part WHERE people_key IS NOT NULL
  UNION SELECT d.people_key, d.project_code FROM report r JOIN draft_line d USING (report_code) WHERE r.unit_id = :unit_id AND r.quarter = :quarter),
swept AS ( -- rows of drafts that this one replaces, and of gatherings that no report came of
  DELETE FROM ledger_block b WHERE b.unit_id = :unit_id AND b.quarter = :quarter AND b.ledger_key <> :gathered_ledger_key AND EXISTS (SELECT 1 FROM drafted)
    AND ((b.ledger_key, b.project_code) IN (SELECT u.ledger_key, u.project_code FROM rows_in_use u)) IS NOT TRUE),
parts AS (
  INSERT INTO draft_line (report_code, line_number, project_code, people_key, people_count, workforce_mark, payroll_mark, prior_codes)
  SELECT d.report_code, p.line_number, p.project_code, p.people_key, coalesce(p.people_count, 0), p.workforce_mark, p.payroll_mark, p.prior_codes
  FROM drafted d CROSS JOIN part p WHERE p.people_key IS NOT NULL),
left_over AS ( -- of gatherings that no draft came of
  DELETE FROM people_block b WHERE b.unit_id = :unit_id AND b.quarter = :quarter AND EXISTS (SELECT 1 FROM drafted)
    AND ((b.people_key, b.project_code) IN (SELECT u.people_key, u.project_code FROM people_in_use u)) IS NOT TRUE),
people AS (
  INSERT INTO report_person (report_code, line_number, worker_token, sex, is_local, priority_mask, first_whole_mask, second_whole_mask,
    third_whole_mask, first_part_mask, second_part_mask, third_part_mask)
  SELECT d.report_code, p.line_number, p.worker_token, p.sex, p.is_local, p.priority_mask, p.first_whole_mask, p.second_whole_mask,
    p.third_whole_mask, p.first_part_mask, p.second_part_mask, p.third_part_mask
  FROM drafted d CROSS JOIN person p WHERE p.is_brought),
trainees AS (
  INSERT INTO report_trainee (report_code, line_number, worker_token, safety_trained, skill_trained)
  SELECT d.report_code, t.line_number, t.worker_token, t.safety_trained, t.skill_trained FROM drafted d CROSS JOIN trainee t WHERE t.is_brought),
groups AS (
  INSERT INTO report_line_group (report_code, line_number, priority_group, worker_count)
  SELECT d.report_code, g.line_number, g.priority_group, g.people FROM drafted d CROSS JOIN in_group g),
funds AS (
  INSERT INTO report_line_fund (report_code, line_number, fund_source, approved_fen)
  SELECT d.report_code, s.line_number, s.fund_source, coalesce(s.approved_fen, 0)
  FROM drafted d CROSS JOIN unnest(:gathered_funds.line_number, :gathered_funds.fund_source, :gathered_funds.approved_fen)
    AS s(line_number, fund_source, approved_fen)),
figures AS (
  INSERT INTO report_line_figure (report_code, line_number, division_code, listed_in_quarter, started_in_quarter, accepted_in_quarter, listed_in_year,
    started_in_year, accepted_in_year, invested_quarter_delta_fen, invested_year_delta_fen, worker_time_count,
    trainee_time_count, safety_trainee_count, skill_trainee_count, post_set_count, post_filled_count,
    dividend_beneficiary_count, visit_count, model_case_count, relief_paid_fen, cumulative_worker_time_count,
    cumulative_training_count, cumulative_trainee_count, cumulative_trainee_time_count, cumulative_dividend_fen,
    cumulative_visit_count, cumulative_model_case_count, cumulative_inspection_count, cumulative_finding_count,
    cumulative_rectified_count, cumulative_relief_paid_fen, outreach_required_count, outreach_reached_count, cumulative_outreach_reached_count,
    cumulative_local_count, cumulative_female_count, cumulative_priority_count, cumulative_safety_trainee_count,
    cumulative_skill_trainee_count, cumulative_per_head_fen)
  SELECT d.report_code, g.line_number, f.division_code, coalesce(f.listed_in_quarter, false), coalesce(f.started_in_quarter, false),
    coalesce(f.accepted_in_quarter, false), coalesce(f.listed_in_year, false), coalesce(f.started_in_year, false),
    coalesce(f.accepted_in_year, false), coalesce(f.invested_quarter_delta_fen, 0), coalesce(f.invested_year_delta_fen, 0),
    coalesce(f.worker_time_count, 0), coalesce(f.trainee_time_count, 0), coalesce(f.safety_trainee_count, 0),
    coalesce(f.skill_trainee_count, 0), coalesce(f.post_set_count, 0), coalesce(f.post_filled_count, 0),
    coalesce(f.dividend_beneficiary_count, 0), coalesce(f.visit_count, 0), coalesce(f.model_case_count, 0), coalesce(f.relief_paid_fen, 0),
    coalesce(f.worker_time_count, 0) + coalesce(b.cumulative_worker_time_count, 0),
    coalesce(g.training_count, 0) + coalesce(b.cumulative_training_count, 0), coalesce(y.people, 0),
    coalesce(f.trainee_time_count, 0) + coalesce(b.cumulative_trainee_time_count, 0),
    coalesce(g.dividend_fen, 0) + coalesce(b.cumulative_dividend_fen, 0),
    coalesce(f.visit_count, 0) + coalesce(b.cumulative_visit_count, 0),
    coalesce(f.model_case_count, 0) + coalesce(b.cumulative_model_case_count, 0),
    coalesce(g.inspection_count, 0) + coalesce(b.cumulative_inspection_count, 0),
    coalesce(g.finding_count, 0) + coalesce(b.cumulative_finding_count, 0),
    coalesce(g.rectified_count, 0) + coalesce(b.cumulative_rectified_count, 0),
    sum_of.cumulative_relief_paid_fen,
    CASE WHEN :gathered_version >= 3 THEN coalesce(o.required, 0) END, CASE WHEN :gathered_version >= 3 THEN coalesce(o.in_quarter, 0) END,
    CASE WHEN :gathered_version >= 3 THEN coalesce(o.in_year, 0) END, CASE WHEN :gathered_version >= 4 THEN coalesce(h.locals, 0) END,
    CASE WHEN :gathered_version >= 4 THEN coalesce(h.women, 0) END, CASE WHEN :gathered_version >= 4 THEN coalesce(h.priority, 0) END,
    CASE WHEN :gathered_version >= 4 THEN coalesce(y.safety, 0) END, CASE WHEN :gathered_version >= 4 THEN coalesce(y.skill, 0) END,
    CASE WHEN :gathered_version >= 4 THEN sum_of.cumulative_relief_paid_fen / nullif(h.people, 0) END
  FROM drafted d CROSS JOIN gathered g JOIN figure f USING (line_number) LEFT JOIN base b USING (project_code)
    LEFT JOIN trained_year y USING (project_code) LEFT JOIN year_heads h USING (project_code) LEFT JOIN reached o USING (line_number)
    CROSS JOIN LATERAL (SELECT coalesce(f.relief_paid_fen, 0) + coalesce(b.cumulative_relief_paid_fen, b.cumulative_paid_fen, 0)
      AS cumulative_relief_paid_fen) sum_of
  WHERE :gathered_version IS NOT NULL),
outreach AS (
  INSERT INTO report_line_outreach (report_code, line_number, unit_id, is_member, is_owner, reached_in_quarter, reached_in_year)
  SELECT d.report_code, o.line_number, o.unit_id, o.is_member, o.is_owner, o.reached_in_quarter, o.reached_in_year FROM drafted d CROSS JOIN reach o)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM drafted
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
