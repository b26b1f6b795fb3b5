-- SetInspectionPlanRequest -> InspectionPlan
WITH given AS (
  SELECT * FROM unnest(:rows.planned_month, :rows.inspecting_unit_id, :rows.inspection_stage, :rows.control_stage) WITH ORDINALITY
    AS r(planned_month, inspecting_unit_id, inspection_stage, control_stage, place)
),
policy AS (
  SELECT year_minimum_count FROM evaluation_policy WHERE valid_from_date <= make_date(:plan_year, 12, 31) ORDER BY valid_from_date DESC LIMIT 1
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL SELECT 'PLAN_BELOW_MINIMUM', 'rows', year_minimum_count::text FROM policy WHERE (SELECT count(*) FROM given) < year_minimum_count
  UNION ALL SELECT 'PLAN_MONTH', format('rows[%s].planned_month', place - 1), planned_month FROM given
    WHERE left(planned_month, 4) <> :plan_year::text
  UNION ALL SELECT 'UNIT_UNKNOWN', format('rows[%s].inspecting_unit_id', place - 1), inspecting_unit_id FROM given g
    WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = g.inspecting_unit_id AND u.active)
  UNION ALL SELECT 'INSPECTED_INSPECTS', format('rows[%s].inspecting_unit_id', place - 1), inspecting_unit_id FROM given g
    WHERE EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = g.inspecting_unit_id
      AND p.relation IN ('OWNER', 'CONTRACTOR', 'SUPERVISOR'))
),
kept AS (
  INSERT INTO inspection_plan (project_code, plan_year, plan_number, planned_month, inspecting_unit_id, inspection_stage, control_stage, planned_by,
    planned_date)
  SELECT :project_code, :plan_year, place::int4, planned_month, inspecting_unit_id, inspection_stage, control_stage, :call.principal, :call.today FROM given
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, plan_year, plan_number) DO UPDATE SET planned_month = excluded.planned_month,
    inspecting_unit_id = excluded.inspecting_unit_id, inspection_stage = excluded.inspection_stage, control_stage = excluded.control_stage,
    planned_by = excluded.planned_by, planned_date = excluded.planned_date
),
gone AS (
  DELETE FROM inspection_plan WHERE project_code = :project_code AND plan_year = :plan_year AND plan_number > (SELECT count(*) FROM given)
    AND NOT EXISTS (SELECT 1 FROM problem)
)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, :project_code AS project_code, :plan_year AS plan_year,
  (SELECT count(*) FROM given)::int4 AS planned_count, (SELECT year_minimum_count FROM policy) AS year_minimum_count
WHERE NOT EXISTS (SELECT 1 FROM problem)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL FROM problem
