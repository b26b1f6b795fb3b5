-- ListEntryChanged -> Nothing
INSERT INTO project_list (project_code, list_year, list_kind, list_state) VALUES (:project_code, :list_year, :list_kind, :list_state)
ON CONFLICT (project_code, list_year) DO UPDATE SET list_kind = excluded.list_kind, list_state = excluded.list_state
