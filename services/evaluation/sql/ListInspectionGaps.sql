-- ListInspectionGapsRequest -> InspectionGapPage.rows[]
-- Projects at work in the year that were inspected less often than the policy of the year asks.
WITH year AS (
  SELECT y AS plan_year, make_date(y, 1, 1) AS first_day, make_date(y, 12, 31) AS last_day,
    (SELECT e.year_minimum_count FROM evaluation_policy e WHERE e.valid_from_date <= make_date(y, 12, 31) ORDER BY e.valid_from_date DESC LIMIT 1)
  FROM (SELECT coalesce(:plan_year, extract(year FROM :call.today)::int4) AS y) AS asked
)
SELECT p.project_code AS page_key, p.project_code, p.project_name, p.bureau_unit_id, i.year_count, year.year_minimum_count,
  year.year_minimum_count - i.year_count AS missing_count, k.planned_count, k.overdue_count, i.before_covered, i.during_covered, i.after_covered
FROM year JOIN project p ON p.project_state IN ('AWARDED', 'CONSTRUCTION', 'COMPLETED', 'SUSPENDED') AND coalesce(p.award_date, p.start_date) <= year.last_day
  AND coalesce(p.complete_date, 'infinity') >= year.first_day
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE x.inspection_date BETWEEN year.first_day AND year.last_day)::int4 AS year_count,
    coalesce(bool_or(x.inspection_stage = 'BEFORE'), false) AS before_covered, coalesce(bool_or(x.inspection_stage = 'DURING'), false) AS during_covered,
    coalesce(bool_or(x.inspection_stage = 'AFTER'), false) AS after_covered
  FROM inspection x WHERE x.project_code = p.project_code
) i
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS planned_count, count(*) FILTER (WHERE done_date IS NULL AND due_date < :call.today)::int4 AS overdue_count
  FROM inspection_plan_kept(p.project_code, year.plan_year)
) k
WHERE p.project_code > coalesce(:page_token, '') AND i.year_count < year.year_minimum_count
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
ORDER BY p.project_code LIMIT :call.limit
