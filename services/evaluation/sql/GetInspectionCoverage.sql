-- GetInspectionCoverageRequest -> InspectionCoverage
WITH counted AS (
  SELECT count(*) FILTER (WHERE inspection_stage = 'BEFORE')::int4 AS before_count,
    count(*) FILTER (WHERE inspection_stage = 'DURING')::int4 AS during_count,
    count(*) FILTER (WHERE inspection_stage = 'AFTER')::int4 AS after_count,
    count(*) FILTER (WHERE extract(year FROM inspection_date)::int4 = coalesce(:year, extract(year
      FROM :call.today)::int4))::int4 AS year_count
  FROM inspection WHERE project_code = :project_code
),
policy AS (
  SELECT year_minimum_count FROM evaluation_policy
  WHERE valid_from_date <= make_date(coalesce(:year, extract(year FROM :call.today)::int4), 12,
    31) ORDER BY valid_from_date DESC LIMIT 1
)
SELECT p.project_code, c.before_count, c.during_count, c.after_count, c.year_count, policy.year_minimum_count,
  c.before_count > 0 AND c.during_count > 0 AND c.after_count > 0 AS all_stages_covered,
    c.year_count >= policy.year_minimum_count AS minimum_reached
FROM project p, counted c, policy WHERE p.project_code = :project_code
