-- ListDelaysRequest -> SheetDelayPage.rows[]
-- A sealed month of which nobody has drawn a sheet is held by the site, all of it.
WITH span AS (
  SELECT coalesce(:as_of_date, :call.today) AS as_of, substr(:quarter, 1, 4) || '-' || lpad((substr(:quarter, 6, 1)::int4 * 3 - 2)::text, 2, '0') AS first_month,
    substr(:quarter, 1, 4) || '-' || lpad((substr(:quarter, 6, 1)::int4 * 3)::text, 2, '0') AS last_month
),
seen AS (
  SELECT p.project_code FROM project p WHERE (:project_code IS NULL OR p.project_code = :project_code)
    AND (:bureau_unit_id IS NULL OR p.bureau_unit_id = :bureau_unit_id)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party c WHERE c.project_code = p.project_code AND c.unit_id = :call.unit AND c.relation <> 'BANK'))
),
month_of AS (
  SELECT s.project_code, s.month, s.team_name, s.sheet_code, s.due_date, s.settled_date
  FROM seen JOIN wage_sheet s ON s.project_code = seen.project_code WHERE s.sheet_state NOT IN ('VOID', 'REOPENED')
  UNION ALL
  SELECT t.project_code, t.month, t.team_name, NULL, working_day_by(agreed_pay_date(t.month, pay_policy_on('PAY_DUE_MONTHS', span.as_of), NULL)), NULL
  FROM span, seen JOIN sealed_team t ON t.project_code = seen.project_code
  WHERE t.worker_count > 0 AND NOT EXISTS (SELECT 1 FROM wage_sheet s WHERE s.project_code = t.project_code AND s.month = t.month
    AND s.team_name = t.team_name AND s.sheet_state NOT IN ('VOID', 'REOPENED'))
),
chosen AS (
  SELECT m.*, span.as_of, m.project_code || ' ' || m.month || ' ' || coalesce(m.sheet_code, '') || ' ' || m.team_name AS page_key
  FROM month_of m, span
  WHERE (span.first_month IS NULL OR m.month BETWEEN span.first_month AND span.last_month) AND last_day_of(m.month) < span.as_of
    AND (NOT :late_only OR coalesce(m.settled_date, span.as_of) > m.due_date)
    AND m.project_code || ' ' || m.month || ' ' || coalesce(m.sheet_code, '') || ' ' || m.team_name > coalesce(:page_token, '')
  ORDER BY page_key LIMIT :call.limit
)
SELECT c.page_key, c.project_code, c.sheet_code, c.month, c.team_name, c.due_date, CASE WHEN c.settled_date <= c.as_of THEN c.settled_date END AS settled_date,
  coalesce(d.total_days, c.as_of - last_day_of(c.month)) AS total_days, coalesce(d.late_days, greatest(c.as_of - c.due_date, 0)) AS late_days,
  coalesce(d.site_days, c.as_of - last_day_of(c.month)) AS site_days, d.confirmation_days, d.supervisor_days, d.owner_days, d.publicity_days, d.fund_days,
  d.ordering_days, d.bank_days, d.retry_days, coalesce(d.slowest_stage, 'SITE') AS slowest_stage,
  responsible_for(coalesce(d.slowest_stage, 'SITE'), c.project_code, c.sheet_code) AS responsible_unit_id
FROM chosen c LEFT JOIN LATERAL sheet_delay(c.project_code, c.sheet_code, c.as_of) d ON c.sheet_code IS NOT NULL
ORDER BY c.page_key
