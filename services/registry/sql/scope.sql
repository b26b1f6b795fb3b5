-- Nothing -> ScopeRows.rows[]
SELECT p.project_code AS scope, p.unit_id, p.relation FROM project_party p
