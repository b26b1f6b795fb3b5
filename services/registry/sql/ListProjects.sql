-- ListProjectsRequest -> ListProjectsReply.rows[]
-- Who sees all walks the projects by code (or by state); of a unit's projects its party rows lead, so that a page of three among a hundred
-- thousand costs three. Each way stops at the page's end by itself. unit_id narrows whoever asks.
WITH page AS (
  (SELECT p.* FROM project p
   WHERE :call.sees_all AND :unit_id IS NULL AND (:page_token IS NULL OR p.project_code > :page_token)
     AND project_fits(p, :project_state, :field, :track, :project_year, :pilots_only)
     AND (:parent_project_code IS NULL OR p.parent_project_code = :parent_project_code)
     AND (:national_project_code IS NULL OR p.national_project_code = :national_project_code)
     AND (:list_kind IS NULL AND :list_year IS NULL OR stands_on_list(p.project_code, :list_kind, :list_year, :call.today))
   ORDER BY p.project_code LIMIT :call.limit)
  UNION ALL
  (SELECT p.* FROM (SELECT DISTINCT y.project_code FROM project_party y
                    WHERE NOT (:call.sees_all AND :unit_id IS NULL) AND y.unit_id = CASE WHEN :call.sees_all THEN :unit_id ELSE :call.unit END
                      AND (:page_token IS NULL OR y.project_code > :page_token)) mine
   JOIN project p USING (project_code)
   WHERE project_fits(p, :project_state, :field, :track, :project_year, :pilots_only)
     AND (:parent_project_code IS NULL OR p.parent_project_code = :parent_project_code)
     AND (:national_project_code IS NULL OR p.national_project_code = :national_project_code)
     AND (:list_kind IS NULL AND :list_year IS NULL OR stands_on_list(p.project_code, :list_kind, :list_year, :call.today))
     AND (:unit_id IS NULL OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :unit_id
                                      AND (:relation IS NULL OR y.relation = :relation)))
   ORDER BY p.project_code LIMIT :call.limit)
)
SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, p.track, p.project_state, p.division_code, p.project_year, p.total_investment_fen,
  p.planned_pay_fen, p.planned_workers, p.pilot_topic,
  (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'OWNER') AS owner_unit_id,
  (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'CONTRACTOR') AS contractor_unit_id,
  p.project_code AS page_key
FROM page p ORDER BY p.project_code
