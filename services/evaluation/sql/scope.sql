-- Nothing -> ScopeRows.rows[]
SELECT project_code AS scope, unit_id, relation FROM project_party
