-- Nothing -> ScopeRows.rows[]
-- Who stands in which relation to which project: for the calls that are passed on.
SELECT project_code AS scope, unit_id, relation FROM project_party
