-- GetRosterRetentionRequest -> RosterRetention
SELECT p.project_code, p.complete_date, CASE WHEN s.unpaid = 0 THEN s.settled END AS settled_date, s.unpaid AS unpaid_sheet_count,
       roster_kept_until(p.project_code) AS retain_until_date
FROM project p CROSS JOIN LATERAL (
  SELECT max(settled_date) AS settled, (count(*) FILTER (WHERE settled_date IS NULL))::int4 AS unpaid
  FROM wage_sheet w WHERE w.project_code = p.project_code AND w.sheet_state <> 'VOID') s
WHERE p.project_code = :project_code
