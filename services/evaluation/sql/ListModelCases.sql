-- ListModelCasesRequest -> ModelCasePage.rows[]
SELECT m.case_code AS page_key, m.case_code, m.case_title, m.project_code, p.project_name, m.case_channel, m.published_date, m.practice_note, m.unit_id
FROM model_case m JOIN project p USING (project_code)
WHERE m.case_code > coalesce(:page_token, '') AND (:project_code IS NULL OR m.project_code = :project_code)
  AND (:case_year IS NULL OR m.published_date BETWEEN make_date(:case_year, 1, 1) AND make_date(:case_year, 12, 31))
ORDER BY m.case_code LIMIT :call.limit
