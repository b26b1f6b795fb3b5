-- ListSupportsRequest -> SupportPage.rows[]
SELECT s.project_code || '|' || s.support_code AS page_key, s.project_code, s.support_code, s.collective_unit_id, s.support_date, s.support_kind,
  s.household_count, s.support_fen, s.support_note
FROM support s
WHERE (s.project_code, s.support_code) > (split_part(coalesce(:page_token, ''), '|', 1), split_part(coalesce(:page_token, ''), '|', 2))
  AND (:project_code IS NULL OR s.project_code = :project_code)
  AND (:quarter IS NULL OR s.support_date BETWEEN quarter_first(:quarter) AND quarter_last(:quarter))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = s.project_code AND p.unit_id = :call.unit))
ORDER BY s.project_code, s.support_code LIMIT :call.limit
