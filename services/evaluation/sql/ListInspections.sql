-- ListInspectionsRequest -> InspectionPage.rows[]
SELECT inspection_code AS page_key, inspection_code, project_code, inspection_date, inspection_stage, control_stage, item_count,
  failed_count,
  inspecting_unit_id, template_kind, template_version
FROM inspection
WHERE project_code = :project_code AND inspection_code > coalesce(:page_token, '')
  AND (:inspection_stage IS NULL OR inspection_stage = :inspection_stage)
ORDER BY inspection_code LIMIT :call.limit
