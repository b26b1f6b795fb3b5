-- Nothing -> ScopeRows.rows[]
SELECT project_code AS scope, unit_id, relation FROM project_party
UNION ALL
SELECT project_code, device_code, 'DEVICE' FROM device WHERE device_state = 'ACTIVE'
