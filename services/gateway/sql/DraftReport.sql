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
    :gathered_lines.ratio_bp, :gathered_lines.floor_bp)
    AS g(line_number, project_code, project_name, field, track, project_state, total_investment_fen, fiscal_fen, central_fen,
         invested_fen, planned_pay_fen, planned_workers, posts_offered_count, registered_count, day_hundredths, due_fen, paid_fen,
         unpaid_fen, dividend_fen, training_count, trainee_count, sheets_due_count, sheets_filed_count, sheets_late_count,
         notices_due_count, notices_done_count, inspection_count, finding_count, rectified_count, overdue_count, ratio_bp, floor_bp)),
counted AS (
  SELECT g.*, e.list_kind, e.list_level, (e.project_code IS NOT NULL OR coalesce(g.track, '') = 'SPECIAL_FUND') AS is_counted
  FROM gathered g LEFT JOIN list_entry e ON e.project_code = g.project_code AND e.list_year = left(:quarter, 4)::int4
    AND e.list_state IN ('LISTED', 'ADJUSTED')),
problem AS (
  SELECT 'NOT_OWN_UNIT' AS refusal, 'unit_id' AS refusal_path, NULL::text AS refusal_detail WHERE :unit_id <> :call.unit
  UNION ALL SELECT 'QUARTER_NOT_OPEN', 'quarter', :quarter
    WHERE NOT EXISTS (SELECT 1 FROM quarter q WHERE q.quarter = :quarter AND q.quarter_state = 'OPEN')
  UNION ALL SELECT 'REPORT_UNDER_REVIEW', 'quarter', report_state FROM newest WHERE report_state IN ('SUBMITTED', 'RECEIVING')
  UNION ALL SELECT 'NOTHING_TO_REPORT', 'unit_id', NULL WHERE NOT EXISTS (SELECT 1 FROM counted)
  UNION ALL SELECT 'RESTATE_REASON_MISSING', 'restate_reason', NULL FROM newest WHERE report_state = 'ACCEPTED' AND :restate_reason IS NULL),
replaced AS (
  UPDATE report SET report_state = 'REPLACED' WHERE unit_id = :unit_id AND quarter = :quarter AND report_state IN ('DRAFT', 'CHECKED')
    AND NOT EXISTS (SELECT 1 FROM problem)),
prior AS (
  SELECT DISTINCT ON (quarter) report_code, quarter FROM report
  WHERE unit_id = :unit_id AND left(quarter, 4) = left(:quarter, 4) AND quarter < :quarter AND report_state IN ('ACCEPTED', 'SUBMITTED') AND NOT is_zero
  ORDER BY quarter, (report_state = 'ACCEPTED') DESC, revision DESC),
base AS (
  SELECT project_code, cumulative_due_fen, cumulative_paid_fen, cumulative_day_hundredths FROM report_line
  WHERE report_code = (SELECT report_code FROM prior ORDER BY quarter DESC LIMIT 1)),
person AS (
  SELECT DISTINCT ON (p.line_number, p.worker_token) p.line_number, g.project_code, p.worker_token, p.sex, coalesce(p.is_local, false) AS is_local,
    coalesce(p.priority_mask, 0) AS priority_mask
  FROM unnest(:gathered_persons.line_number, :gathered_persons.worker_token, :gathered_persons.sex, :gathered_persons.is_local,
    :gathered_persons.priority_mask)
    AS p(line_number, worker_token, sex, is_local, priority_mask) JOIN gathered g USING (line_number)
  ORDER BY p.line_number, p.worker_token),
heads AS (
  SELECT line_number, count(*)::int4 AS absorbed, (count(*) FILTER (WHERE is_local))::int4 AS locals,
    (count(*) FILTER (WHERE sex = 'FEMALE'))::int4 AS women, (count(*) FILTER (WHERE priority_mask <> 0))::int4 AS priority
  FROM person GROUP BY line_number),
year_heads AS (
  SELECT project_code, count(DISTINCT worker_token)::int4 AS people
  FROM (SELECT project_code, worker_token FROM person
        UNION ALL SELECT l.project_code, o.worker_token FROM prior JOIN report_line l USING (report_code)
          JOIN report_person o USING (report_code, line_number)) w
  GROUP BY project_code),
drafted AS (
  INSERT INTO report (report_code, unit_id, quarter, revision, report_state, is_zero, restate_reason, line_count, person_count, made_by, made_at)
  SELECT :unit_id || '-' || :quarter || '-' || r.revision, :unit_id, :quarter, r.revision, 'DRAFT', false, :restate_reason,
    (SELECT count(*)::int4 FROM gathered), (SELECT count(*)::int4 FROM person), :call.principal, :call.now
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
  SELECT d.report_code, g.line_number, g.project_code, g.project_name, g.field, g.track, g.project_state, g.list_kind, g.list_level, g.is_counted,
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
  SELECT d.report_code, g.line_number, g.ledger_root, coalesce(g.row_count, 0), coalesce(g.days, 0), coalesce(g.due, 0), coalesce(g.paid, 0), :gathered_ledger_key
  FROM drafted d, unnest(:gathered_lines.line_number, :gathered_lines.ledger_root, :gathered_lines.ledger_row_count, :gathered_lines.ledger_day_hundredths,
    :gathered_lines.ledger_due_fen, :gathered_lines.ledger_paid_fen) AS g(line_number, ledger_root, row_count, days, due, paid)
  WHERE g.ledger_root IS NOT NULL),
swept AS ( -- rows of drafts that this one replaces, and of gatherings that no report came of
  DELETE FROM ledger_block b WHERE b.unit_id = :unit_id AND b.quarter = :quarter AND b.ledger_key <> :gathered_ledger_key AND EXISTS (SELECT 1 FROM drafted)
    AND NOT EXISTS (SELECT 1 FROM report_ledger g JOIN report r USING (report_code) WHERE r.unit_id = :unit_id AND r.quarter = :quarter
      AND g.ledger_key = b.ledger_key AND r.report_state NOT IN ('DRAFT', 'CHECKED', 'REPLACED'))),
people AS (
  INSERT INTO report_person (report_code, line_number, worker_token, sex, is_local, priority_mask)
  SELECT d.report_code, p.line_number, p.worker_token, p.sex, p.is_local, p.priority_mask FROM drafted d CROSS JOIN person p)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM drafted
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
