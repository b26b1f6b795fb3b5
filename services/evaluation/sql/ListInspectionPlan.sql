-- ListInspectionPlanRequest -> InspectionPlanPage.rows[]
WITH planned AS (
  SELECT DISTINCT i.project_code FROM inspection_plan i
  WHERE i.plan_year = coalesce(:plan_year, extract(year FROM :call.today)::int4) AND (:project_code IS NULL OR i.project_code = :project_code)
    AND i.project_code >= split_part(coalesce(:page_token, ''), '|', 1)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = i.project_code AND p.unit_id = :call.unit))
)
SELECT p.project_code || '|' || lpad(k.plan_number::text, 4, '0') AS page_key, p.project_code, k.plan_number, k.planned_month, k.inspecting_unit_id,
  k.inspection_stage, k.control_stage, k.due_date, k.inspection_code, k.done_date, k.done_date IS NULL AND k.due_date < :call.today AS is_overdue,
  coalesce(k.done_date > k.due_date, false) AS was_late
FROM planned p CROSS JOIN LATERAL inspection_plan_kept(p.project_code, coalesce(:plan_year, extract(year FROM :call.today)::int4)) k
WHERE p.project_code || '|' || lpad(k.plan_number::text, 4, '0') > coalesce(:page_token, '') AND (NOT :undone_only OR k.done_date IS NULL)
ORDER BY 1 LIMIT :call.limit
