-- ProjectChanged -> Nothing
WITH known AS (
  INSERT INTO project (project_code, project_name, bureau_unit_id, field, track, project_state)
  VALUES (:project_code, coalesce(:project_name, :project_code), coalesce(:bureau_unit_id, ''), :field, :track, coalesce(:project_state, 'DRAFT'))
  ON CONFLICT (project_code) DO UPDATE SET project_name = excluded.project_name, bureau_unit_id = excluded.bureau_unit_id, field = excluded.field,
    track = excluded.track, project_state = excluded.project_state),
party AS (
  SELECT DISTINCT p.unit_id, p.relation FROM unnest(:parties.unit_id, :parties.relation) AS p(unit_id, relation) WHERE p.unit_id IS NOT NULL
  UNION SELECT :bureau_unit_id, 'BUREAU' WHERE :bureau_unit_id IS NOT NULL),
gone AS (
  DELETE FROM project_party o WHERE o.project_code = :project_code
    AND NOT EXISTS (SELECT 1 FROM party p WHERE p.unit_id = o.unit_id AND p.relation = o.relation))
INSERT INTO project_party (project_code, unit_id, relation) SELECT :project_code, unit_id, relation FROM party ON CONFLICT DO NOTHING
