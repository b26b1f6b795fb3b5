-- GetUnitCompletenessRequest -> UnitCompleteness
-- Each project with each kind, what is due against what is there. A month that is not sealed yet lacks its sheet, payment and filing too.
WITH asked AS (
  SELECT * FROM (SELECT unit_id, unit_name FROM quarter_unit WHERE quarter = :quarter AND unit_id = :unit_id
    UNION ALL SELECT unit_id, unit_name FROM unit WHERE unit_id = :unit_id LIMIT 1) a WHERE :call.sees_all OR unit_id = :call.unit),
standing AS (SELECT * FROM unit_standing WHERE quarter = :quarter AND unit_id = :unit_id),
counts AS (
  SELECT project_code, project_name, greatest(coalesce(works_month_count, 0), coalesce(sealed_month_count, 0) + coalesce(unsealed_month_count, 0))
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
  SELECT c.project_code, c.project_name, k.* FROM counts c CROSS JOIN LATERAL (VALUES
    (1, 'ATTENDANCE', months, sealed), (2, 'SHEET', teams + months - sealed, drawn), (3, 'PAYMENT', teams + months - sealed, paid),
    (4, 'FILING', teams + months - sealed, filed), (5, 'NOTICE', notices_due, notices_done), (6, 'PROGRESS_REPORT', reports_due, reports_done))
    AS k(place, fact_kind, due_count, done_count)
  WHERE k.due_count > 0 OR k.done_count > 0),
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
