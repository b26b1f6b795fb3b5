-- ListEntryChanged -> Nothing
INSERT INTO list_entry (project_code, list_year, list_kind, list_level, list_state)
VALUES (:project_code, :list_year, coalesce(:list_kind, 'UNSPECIFIED'), coalesce(:list_level, 'UNSPECIFIED'), coalesce(:list_state, 'PROPOSED'))
ON CONFLICT (project_code, list_year) DO UPDATE SET list_kind = excluded.list_kind, list_level = excluded.list_level,
  list_state = excluded.list_state
