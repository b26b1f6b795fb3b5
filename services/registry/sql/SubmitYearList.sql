-- SubmitYearListRequest -> SubmitYearListReply
WITH who AS (
  SELECT u.*, coalesce((SELECT max(s.submission_number) FROM list_submission s WHERE s.unit_id = u.unit_id AND s.list_year = :list_year), 0) AS last
  FROM unit u WHERE u.unit_id = coalesce(:unit_id, :call.unit)
), given AS (
  SELECT g.*, count(*) OVER (PARTITION BY g.project_code) AS same
  FROM unnest(:lines.project_code, :lines.project_name, :lines.field, :lines.division_code, :lines.list_kind, :lines.list_level, :lines.plan_note,
    :lines.expected_workers, :lines.total_investment_fen, :lines.planned_pay_fen) WITH ORDINALITY
    g (project_code, project_name, field, division_code, list_kind, list_level, plan_note, expected_workers, total_investment_fen, planned_pay_fen,
       place)
), sum AS (
  SELECT count(*)::int4 AS entries, sum(g.total_investment_fen)::int8 AS invested, coalesce(sum(g.expected_workers), 0)::int8 AS workers FROM given g
), problem AS (
  SELECT 'UNKNOWN_BUREAU' AS refusal, 'unit_id' AS refusal_path, coalesce(:unit_id, :call.unit) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM who w WHERE w.active AND w.unit_kind IN ('BUREAU', 'PLATFORM_COMPANY'))
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'unit_id', :unit_id WHERE :unit_id <> :call.unit AND NOT :call.sees_all
  UNION ALL
  SELECT 'LIST_EMPTY', 'lines', NULL FROM sum s WHERE s.entries = 0 AND NOT :nil_list
  UNION ALL
  SELECT 'NIL_LIST_HAS_LINES', 'nil_list', s.entries::text FROM sum s WHERE s.entries > 0 AND :nil_list
  UNION ALL
  SELECT 'LIST_TOTAL_DIFFERS', 'entry_count', format('%s / %s', coalesce(:entry_count, 0), s.entries) FROM sum s
  WHERE coalesce(:entry_count, 0) <> s.entries
  UNION ALL
  SELECT 'LIST_TOTAL_DIFFERS', 'total_investment_fen', format('%s / %s', coalesce(:total_investment_fen::text, '—'), coalesce(s.invested::text, '—'))
  FROM sum s WHERE :total_investment_fen IS DISTINCT FROM s.invested
  UNION ALL
  SELECT 'LIST_TOTAL_DIFFERS', 'expected_workers', format('%s / %s', coalesce(:expected_workers, 0), s.workers) FROM sum s
  WHERE coalesce(:expected_workers, 0) <> s.workers
  UNION ALL
  SELECT 'LIST_LINE_TWICE', format('lines[%s].project_code', g.place - 1), g.project_code FROM given g WHERE g.same > 1
  UNION ALL
  SELECT 'NONGTUI_ONLY_COUNTY', format('lines[%s].list_level', g.place - 1), g.list_level FROM given g
  WHERE g.list_kind = 'NONGTUI' AND g.list_level <> 'DISTRICT'
), superseded AS (
  UPDATE list_submission s SET superseded_date = :call.today FROM who w
  WHERE s.unit_id = w.unit_id AND s.list_year = :list_year AND s.superseded_date IS NULL AND NOT EXISTS (SELECT 1 FROM problem)
), placed AS (
  INSERT INTO list_submission (unit_id, list_year, submission_number, nil_list, entry_count, total_investment_fen, expected_workers, submit_note,
    submitted_by, submitted_date)
  SELECT w.unit_id, :list_year, w.last + 1, :nil_list, s.entries, s.invested, s.workers::int4, :submit_note, :call.principal, :call.today
  FROM who w, sum s WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
), kept AS (
  INSERT INTO list_submission_line (unit_id, list_year, submission_number, line_number, project_code, project_name, field, division_code, list_kind,
    list_level, plan_note, expected_workers, total_investment_fen, planned_pay_fen)
  SELECT p.unit_id, p.list_year, p.submission_number, g.place::int4, g.project_code, g.project_name, g.field, g.division_code, g.list_kind,
    g.list_level, g.plan_note, g.expected_workers, g.total_investment_fen, g.planned_pay_fen
  FROM placed p, given g
)
SELECT problem.*, p.unit_id, p.list_year, p.submission_number, p.nil_list, p.entry_count, p.total_investment_fen, p.expected_workers,
  p.submitted_date, p.submitted_date > year_list_due(p.list_year, w.division_code) AS late
FROM problem FULL JOIN (placed p JOIN who w USING (unit_id)) ON false
