-- AnnulTrainingRequest -> TrainingHeld
WITH held AS MATERIALIZED (SELECT * FROM training WHERE project_code = :project_code AND training_code = :training_code),
problem AS MATERIALIZED (
  SELECT 'TRAINING_UNKNOWN' AS refusal, 'training_code' AS refusal_path, :training_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM held)
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'training_code', held_by FROM held WHERE held_by = :call.principal
  UNION ALL -- those who answer for the project may, besides the unit that held it
  SELECT 'NOT_YOUR_TRAINING', 'training_code', held_unit_id FROM held
  WHERE held_unit_id <> :call.unit AND NOT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
                                                   AND p.relation IN ('OWNER', 'BUREAU'))),
gone AS (
  DELETE FROM training t WHERE t.project_code = :project_code AND t.training_code = :training_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING t.*),
gone_trainee AS (
  DELETE FROM trainee e USING held WHERE e.project_code = held.project_code AND e.training_code = held.training_code
    AND NOT EXISTS (SELECT 1 FROM problem) RETURNING e.*),
aside AS (INSERT INTO annulled_training SELECT gone.*, :annul_reason, :call.principal, :call.today FROM gone),
aside_trainee AS (INSERT INTO annulled_trainee SELECT * FROM gone_trainee)
SELECT refusal, refusal_path, refusal_detail FROM problem
