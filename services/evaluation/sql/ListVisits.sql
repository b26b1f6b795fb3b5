-- ListVisitsRequest -> VisitPage.rows[]
SELECT v.project_code || '|' || v.visit_code AS page_key, v.project_code, v.visit_code, v.visit_date, v.visit_kind, v.visitor_names, v.visit_note,
  v.support_note, v.contact_unit_id
FROM visit v
WHERE (v.project_code, v.visit_code) > (split_part(coalesce(:page_token, ''), '|', 1), split_part(coalesce(:page_token, ''), '|', 2))
  AND (:project_code IS NULL OR v.project_code = :project_code) AND (:unit_id IS NULL OR v.contact_unit_id = :unit_id)
  AND (:visit_kind IS NULL OR v.visit_kind = :visit_kind)
  AND (:quarter IS NULL OR v.visit_date BETWEEN quarter_first(:quarter) AND quarter_last(:quarter))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = v.project_code AND p.unit_id = :call.unit))
ORDER BY v.project_code, v.visit_code LIMIT :call.limit
