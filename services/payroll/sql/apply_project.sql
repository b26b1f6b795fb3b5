-- ProjectChanged -> Nothing
WITH given AS (
  SELECT DISTINCT unit_id, relation FROM unnest(:parties.unit_id, :parties.relation) AS g(unit_id, relation)
  WHERE unit_id IS NOT NULL AND relation IS NOT NULL
  UNION
  SELECT :bureau_unit_id, 'BUREAU' WHERE :bureau_unit_id IS NOT NULL
),
gone AS (
  DELETE FROM project_party p WHERE p.project_code = :project_code
  AND NOT EXISTS (SELECT 1 FROM given g WHERE g.unit_id = p.unit_id AND g.relation = p.relation)
),
stands AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT :project_code, unit_id, relation
    FROM given ON CONFLICT DO NOTHING
)
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, planned_pay_fen, division_code, complete_date)
VALUES (:project_code, coalesce(:project_name, :project_code), :bureau_unit_id, :project_state, :planned_pay_fen, :division_code, :complete_date)
ON CONFLICT (project_code) DO UPDATE SET project_name = excluded.project_name, bureau_unit_id = excluded.bureau_unit_id,
  project_state = excluded.project_state, planned_pay_fen = excluded.planned_pay_fen, division_code = excluded.division_code,
  complete_date = excluded.complete_date
