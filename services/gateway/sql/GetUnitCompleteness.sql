-- GetUnitCompletenessRequest -> UnitCompleteness
-- Each project with each kind, what is due against what is there.
WITH asked AS (
  SELECT * FROM (SELECT unit_id, unit_name FROM quarter_unit WHERE quarter = :quarter AND unit_id = :unit_id
    UNION ALL SELECT unit_id, unit_name FROM unit WHERE unit_id = :unit_id LIMIT 1) a WHERE :call.sees_all OR unit_id = :call.unit),
standing AS (SELECT * FROM unit_standing WHERE quarter = :quarter AND unit_id = :unit_id),
fact AS MATERIALIZED (
  SELECT * FROM completeness_facts(:gathered_counts.unit_id, :gathered_counts.project_code, :gathered_counts.project_name,
    :gathered_counts.works_month_count, :gathered_counts.sealed_month_count, :gathered_counts.unsealed_month_count, :gathered_counts.sheets_due_count,
    :gathered_counts.team_sheets_drawn_count, :gathered_counts.team_sheets_paid_count, :gathered_counts.team_sheets_filed_count,
    :gathered_counts.notices_due_count, :gathered_counts.notices_done_count, :gathered_counts.progress_reports_due_count,
    :gathered_counts.progress_reports_done_count)),
every AS (
  SELECT project_code, place, fact_kind, due_count, done_count FROM fact
  UNION ALL SELECT NULL, 7, 'REPORT', 1, CASE WHEN s.report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') THEN 1 ELSE 0 END
    FROM quarter_unit e LEFT JOIN standing s USING (quarter, unit_id) WHERE e.quarter = :quarter AND e.unit_id = :unit_id),
sums AS (
  SELECT place, fact_kind, sum(due_count)::int4 AS due_count, sum(done_count)::int4 AS done_count,
    (count(project_code) FILTER (WHERE done_count < due_count))::int4 AS open_project_count FROM every GROUP BY place, fact_kind)
SELECT a.unit_id, a.unit_name, :quarter AS quarter, coalesce(s.report_state, 'MISSING') AS report_state, s.report_code,
  coalesce(s.is_zero, false) AS is_zero, NOT EXISTS (SELECT 1 FROM every WHERE done_count < due_count) AS is_complete,
  (SELECT json_agg(json_build_object('project_code', project_code, 'project_name', project_name, 'fact_kind', fact_kind, 'due_count', due_count,
    'done_count', done_count) ORDER BY project_code, place) FROM fact) AS rows,
  (SELECT json_agg(json_build_object('unit_id', a.unit_id, 'unit_name', a.unit_name, 'fact_kind', fact_kind, 'due_count', due_count,
    'done_count', done_count, 'open_project_count', open_project_count) ORDER BY place) FROM sums) AS sums
FROM asked a LEFT JOIN standing s ON true
