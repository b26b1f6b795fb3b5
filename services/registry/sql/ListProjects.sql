-- ListProjectsRequest -> ListProjectsReply.rows[]
SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, p.track, p.project_state, p.division_code, p.project_year, p.total_investment_fen,
  p.planned_pay_fen, p.planned_workers, p.pilot_topic,
  (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'OWNER') AS owner_unit_id,
  (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'CONTRACTOR') AS contractor_unit_id,
  p.project_code AS page_key
FROM project p
WHERE (:page_token IS NULL OR p.project_code > :page_token)
  AND (:project_state IS NULL OR p.project_state = :project_state) AND (:field IS NULL OR p.field = :field) AND (:track IS NULL OR p.track = :track)
  AND (:project_year IS NULL OR p.project_year = :project_year) AND (NOT :pilots_only OR p.pilot_topic IS NOT NULL)
  AND (:parent_project_code IS NULL OR p.parent_project_code = :parent_project_code)
  AND (:national_project_code IS NULL OR p.national_project_code = :national_project_code)
  AND (:unit_id IS NULL OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :unit_id
                                   AND (:relation IS NULL OR y.relation = :relation)))
  AND (:list_kind IS NULL AND :list_year IS NULL
       OR EXISTS (SELECT 1 FROM list_entry e WHERE e.project_code = p.project_code AND e.list_state IN ('LISTED', 'ADJUSTED')
                  AND (:list_kind IS NULL OR e.list_kind = :list_kind) AND (:list_year IS NULL OR e.list_year = :list_year)))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
ORDER BY p.project_code LIMIT :call.limit
