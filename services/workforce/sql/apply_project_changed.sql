-- ProjectChanged -> Nothing
-- With the acceptance, everybody who was taught a skill on the project is due to be passed on (R101).
WITH party AS MATERIALIZED (
  SELECT DISTINCT unit_id, relation FROM unnest(:parties.unit_id, :parties.relation) AS p(unit_id, relation)
  WHERE unit_id IS NOT NULL AND relation IS NOT NULL
  UNION
  SELECT :bureau_unit_id, 'BUREAU' WHERE :bureau_unit_id IS NOT NULL),
left_behind AS (
  DELETE FROM project_party p WHERE p.project_code = :project_code
    AND NOT EXISTS (SELECT 1 FROM party WHERE party.unit_id = p.unit_id AND party.relation = p.relation)),
joined AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT :project_code, unit_id, relation FROM party ON CONFLICT DO NOTHING),
due AS (
  INSERT INTO referral (project_code, worker_number, referral_state, skill_kind, due_date)
  SELECT :project_code, worker_number, 'DUE', skill_kind, :accept_date FROM skilled_trainees(:project_code) WHERE :project_state = 'ACCEPTED'
  ON CONFLICT DO NOTHING)
INSERT INTO project (project_code, project_name, bureau_unit_id, division_code, project_state, start_date, complete_date)
VALUES (:project_code, :project_name, :bureau_unit_id, :division_code, :project_state, :start_date, :complete_date)
ON CONFLICT (project_code) DO UPDATE SET project_name = excluded.project_name, bureau_unit_id = excluded.bureau_unit_id,
  division_code = excluded.division_code, project_state = excluded.project_state, start_date = excluded.start_date,
  complete_date = excluded.complete_date
