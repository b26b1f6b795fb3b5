-- GetCompletenessMatrixRequest -> CompletenessMatrix
-- As GetUnitCompleteness, summed by unit and kind, for whoever must report in the quarter.
WITH expected AS (
  SELECT e.unit_id, e.unit_name, CASE WHEN s.report_state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') THEN 1 ELSE 0 END AS reported
  FROM quarter_unit e LEFT JOIN unit_standing s USING (quarter, unit_id)
  WHERE e.quarter = :quarter AND (:call.sees_all OR e.unit_id = :call.unit)),
counts AS (
  SELECT unit_id, project_code, project_name, greatest(coalesce(works_month_count, 0), coalesce(sealed_month_count, 0) + coalesce(unsealed_month_count, 0))
      AS months, coalesce(sealed_month_count, 0) AS sealed, coalesce(sheets_due_count, 0) AS teams, coalesce(team_sheets_drawn_count, 0) AS drawn,
    coalesce(team_sheets_paid_count, 0) AS paid, coalesce(team_sheets_filed_count, 0) AS filed, coalesce(notices_due_count, 0) AS notices_due,
    coalesce(notices_done_count, 0) AS notices_done, coalesce(progress_reports_due_count, 0) AS reports_due,
    coalesce(progress_reports_done_count, 0) AS reports_done
  FROM unnest(:gathered_counts.unit_id, :gathered_counts.project_code, :gathered_counts.project_name, :gathered_counts.works_month_count,
    :gathered_counts.sealed_month_count, :gathered_counts.unsealed_month_count, :gathered_counts.sheets_due_count,
    :gathered_counts.team_sheets_drawn_count, :gathered_counts.team_sheets_paid_count, :gathered_counts.team_sheets_filed_count,
    :gathered_counts.notices_due_count, :gathered_counts.notices_done_count, :gathered_counts.progress_reports_due_count,
    :gathered_counts.progress_reports_done_count)
    AS g(unit_id, project_code, project_name, works_month_count, sealed_month_count, unsealed_month_count, sheets_due_count,
         team_sheets_drawn_count, team_sheets_paid_count, team_sheets_filed_count, notices_due_count, notices_done_count,
         progress_reports_due_count, progress_reports_done_count)),
fact AS (
  SELECT c.unit_id, c.project_code, c.project_name, k.* FROM counts c CROSS JOIN LATERAL (VALUES
    (1, 'ATTENDANCE', months, sealed), (2, 'SHEET', teams + months - sealed, drawn), (3, 'PAYMENT', teams + months - sealed, paid),
    (4, 'FILING', teams + months - sealed, filed), (5, 'NOTICE', notices_due, notices_done), (6, 'PROGRESS_REPORT', reports_due, reports_done))
    AS k(place, fact_kind, due_count, done_count)
  WHERE k.due_count > 0 OR k.done_count > 0),
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
