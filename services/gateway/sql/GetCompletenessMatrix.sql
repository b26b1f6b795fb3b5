-- GetCompletenessMatrixRequest -> CompletenessMatrix
-- As GetUnitCompleteness, summed by unit and kind, for whoever must report in the quarter.
WITH expected AS (
  SELECT e.unit_id, e.unit_name, CASE WHEN s.report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') THEN 1 ELSE 0 END AS reported
  FROM quarter_unit e LEFT JOIN unit_standing s USING (quarter, unit_id)
  WHERE e.quarter = :quarter AND (:call.sees_all OR e.unit_id = :call.unit)),
fact AS MATERIALIZED (
  SELECT * FROM completeness_facts(:gathered_counts.unit_id, :gathered_counts.project_code, :gathered_counts.project_name,
    :gathered_counts.works_month_count, :gathered_counts.sealed_month_count, :gathered_counts.unsealed_month_count, :gathered_counts.sheets_due_count,
    :gathered_counts.team_sheets_drawn_count, :gathered_counts.team_sheets_paid_count, :gathered_counts.team_sheets_filed_count,
    :gathered_counts.notices_due_count, :gathered_counts.notices_done_count, :gathered_counts.progress_reports_due_count,
    :gathered_counts.progress_reports_done_count)),
every AS (
  SELECT unit_id, project_code, place, fact_kind, due_count, done_count FROM fact
  UNION ALL SELECT unit_id, NULL, 7, 'REPORT', 1, reported FROM expected),
sums AS (
  SELECT x.unit_id, x.unit_name, v.place, v.fact_kind, sum(v.due_count)::int4 AS due_count, sum(v.done_count)::int4 AS done_count,
    (count(v.project_code) FILTER (WHERE v.done_count < v.due_count))::int4 AS open_project_count,
    bool_or(v.done_count < v.due_count) AS is_open
  FROM expected x JOIN every v USING (unit_id) GROUP BY x.unit_id, x.unit_name, v.place, v.fact_kind)
SELECT q.quarter, (SELECT count(*)::int4 FROM expected) AS unit_count,
  (SELECT count(*)::int4 FROM (SELECT unit_id FROM sums GROUP BY unit_id HAVING NOT bool_or(is_open)) c) AS complete_unit_count,
  (SELECT json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'fact_kind', fact_kind, 'due_count', due_count,
    'done_count', done_count, 'open_project_count', open_project_count) ORDER BY unit_id, place) FROM sums) AS rows
FROM quarter q WHERE q.quarter = :quarter
