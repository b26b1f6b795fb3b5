-- DraftUpperReportRequest -> ReportKey
-- The report of this level for its parent: the lines of the newest consolidation as they were accepted, each with the unit it came from, and
-- the consolidation's head counts in place of tokens. A line is copied as the row it is, so that whatever a line says goes up.
WITH newest AS (
  SELECT revision, report_state, consolidation_number FROM report WHERE unit_id = :gathered_unit_id AND quarter = :quarter ORDER BY revision DESC LIMIT 1),
chosen AS (SELECT * FROM consolidation WHERE quarter = :quarter ORDER BY consolidation_number DESC LIMIT 1),
standing AS (SELECT u.* FROM chosen JOIN consolidation_unit u USING (quarter, consolidation_number)),
included AS (SELECT unit_id, unit_name, report_code FROM standing WHERE report_state = 'ACCEPTED'),
problem AS (
  SELECT 'UPPER_UNIT_TAKEN' AS refusal, 'quarter' AS refusal_path, unit_id AS refusal_detail FROM quarter_unit
    WHERE quarter = :quarter AND unit_id = :gathered_unit_id
  UNION ALL SELECT 'UPPER_QUARTER_NOT_OPEN', 'quarter', :quarter
    WHERE NOT EXISTS (SELECT 1 FROM upper_quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'OPEN')
  UNION ALL SELECT 'NOT_CONSOLIDATED', 'quarter', :quarter WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'CONSOLIDATION_OVERTAKEN', 'quarter', consolidation_number::text FROM chosen
    WHERE consolidation_overtaken(quarter, consolidation_number)
  UNION ALL SELECT 'UPPER_NOTHING_ACCEPTED', 'quarter', consolidation_number::text FROM chosen WHERE NOT EXISTS (SELECT 1 FROM included)
  UNION ALL SELECT 'REPORT_UNDER_REVIEW', 'quarter', report_state FROM newest WHERE report_state = 'SUBMITTED'
  UNION ALL SELECT 'UPPER_UNCHANGED', 'quarter', n.consolidation_number::text FROM newest n JOIN chosen USING (consolidation_number)
    WHERE n.report_state = 'ACCEPTED'
  UNION ALL SELECT 'RESTATE_REASON_MISSING', 'restate_reason', NULL FROM newest WHERE report_state = 'ACCEPTED' AND :restate_reason IS NULL),
replaced AS (
  UPDATE report SET report_state = 'REPLACED' WHERE unit_id = :gathered_unit_id AND quarter = :quarter AND report_state IN ('DRAFT', 'CHECKED')
    AND NOT EXISTS (SELECT 1 FROM problem)),
line AS (
  SELECT row_number() OVER (ORDER BY i.unit_id, l.line_number)::int4 AS number, coalesce(l.origin_unit_id, i.unit_id) AS origin_unit_id,
    coalesce(l.origin_unit_name, i.unit_name) AS origin_unit_name, :gathered_unit_id || '/' || coalesce(l.origin_path, i.unit_id) AS origin_path,
    coalesce(l.origin_report_code, l.report_code) AS origin_report_code, l AS whole
  FROM included i JOIN report_line l USING (report_code)),
drafted AS (
  INSERT INTO report (report_code, unit_id, quarter, revision, report_state, is_zero, zero_reason, restate_reason, line_count, person_count, made_by,
    made_at, filer_unit_id, consolidation_number, bears_totals, base_expected_count, base_accepted_count, base_late_count, base_missing_count)
  SELECT :gathered_unit_id || '-' || :quarter || '-' || n.revision, :gathered_unit_id, :quarter, n.revision, 'DRAFT', n.lines = 0,
    CASE WHEN n.lines = 0 THEN '下级单位均为零报告' END, :restate_reason, n.lines, 0, :call.principal, :call.now, :call.unit, c.consolidation_number, true,
    b.expected_count, b.accepted_count, b.late_count, b.missing_count
  FROM chosen c CROSS JOIN (SELECT coalesce((SELECT revision FROM newest), 0) + 1 AS revision, (SELECT count(*)::int4 FROM line) AS lines) n
    CROSS JOIN LATERAL consolidation_counts(c.quarter, c.consolidation_number) b
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *),
lines AS (
  INSERT INTO report_line
  SELECT n.* FROM drafted d CROSS JOIN line CROSS JOIN LATERAL jsonb_populate_record(line.whole, jsonb_build_object('report_code', d.report_code,
    'line_number', line.number, 'origin_unit_id', line.origin_unit_id, 'origin_unit_name', line.origin_unit_name, 'origin_path', line.origin_path,
    'origin_report_code', line.origin_report_code)) n),
ledgers AS (
  INSERT INTO report_ledger
  SELECT n.* FROM drafted d CROSS JOIN line JOIN report_ledger g ON g.report_code = (line.whole).report_code AND g.line_number = (line.whole).line_number
    CROSS JOIN LATERAL jsonb_populate_record(g, jsonb_build_object('report_code', d.report_code, 'line_number', line.number)) n),
figures AS (
  INSERT INTO report_line_figure
  SELECT n.* FROM drafted d CROSS JOIN line JOIN report_line_figure g ON g.report_code = (line.whole).report_code
      AND g.line_number = (line.whole).line_number
    CROSS JOIN LATERAL jsonb_populate_record(g, jsonb_build_object('report_code', d.report_code, 'line_number', line.number)) n),
funds AS (
  INSERT INTO report_line_fund (report_code, line_number, fund_source, approved_fen)
  SELECT d.report_code, line.number, g.fund_source, g.approved_fen
  FROM drafted d CROSS JOIN line JOIN report_line_fund g ON g.report_code = (line.whole).report_code AND g.line_number = (line.whole).line_number),
outreach AS (
  INSERT INTO report_line_outreach (report_code, line_number, unit_id, is_member, is_owner, reached_in_quarter, reached_in_year)
  SELECT d.report_code, line.number, o.unit_id, o.is_member, o.is_owner, o.reached_in_quarter, o.reached_in_year
  FROM drafted d CROSS JOIN line JOIN report_line_outreach o ON o.report_code = (line.whole).report_code
    AND o.line_number = (line.whole).line_number),
groups AS (
  INSERT INTO report_line_group (report_code, line_number, priority_group, worker_count)
  SELECT d.report_code, line.number, g.priority_group, g.worker_count
  FROM drafted d CROSS JOIN line JOIN report_line_group g ON g.report_code = (line.whole).report_code AND g.line_number = (line.whole).line_number),
heads AS (
  INSERT INTO report_heads (report_code, total_kind, total_key, absorbed_count, local_count, female_count, priority_count, cumulative_absorbed_count,
    trainee_count, safety_trainee_count, skill_trainee_count, cumulative_trainee_count, group_counts,
    cumulative_local_count, cumulative_female_count, cumulative_priority_count, cumulative_safety_trainee_count,
    cumulative_skill_trainee_count)
  SELECT d.report_code, t.total_kind, t.total_key, t.absorbed_count, t.local_count, t.female_count, t.priority_count, t.cumulative_absorbed_count,
    t.trainee_count, coalesce(f.safety_trainee_count, 0), coalesce(f.skill_trainee_count, 0), coalesce(f.cumulative_trainee_count, 0),
    coalesce(f.group_counts, '{}'), f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count, f.cumulative_safety_trainee_count,
    f.cumulative_skill_trainee_count
  FROM drafted d JOIN consolidation_total t USING (quarter, consolidation_number)
    LEFT JOIN consolidation_figure f USING (quarter, consolidation_number, total_kind, total_key)),
below AS (
  INSERT INTO report_below (report_code, origin_path, unit_id, unit_name, report_state, is_late)
  SELECT d.report_code, d.unit_id || '/' || s.unit_id, s.unit_id, s.unit_name, s.report_state, s.is_late FROM drafted d CROSS JOIN standing s
  WHERE s.report_state <> 'ACCEPTED' OR s.is_late
  UNION ALL SELECT d.report_code, d.unit_id || '/' || b.origin_path, b.unit_id, b.unit_name, b.report_state, b.is_late
  FROM drafted d CROSS JOIN included i JOIN report_below b ON b.report_code = i.report_code)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count, unit_id, quarter, is_zero
FROM drafted
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
