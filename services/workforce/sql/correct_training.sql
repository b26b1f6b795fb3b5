-- CorrectTrainingRequest -> TrainingHeld
-- Changes the list and the facts of a training and keeps what stood there; what follows from it for workers and agreements is made anew behind.
WITH held AS MATERIALIZED (SELECT * FROM training WHERE project_code = :project_code AND training_code = :training_code),
line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, e.signed_in, e.exam_passed AS former_passed, e.certificate_code AS former_certificate, e.skill_level_before,
         e.skill_level_after AS former_level, e.worker_number IS NOT NULL AS listed, w.skill_level
  FROM unnest(:lines.worker_number, :lines.trainee_change, :lines.exam_passed, :lines.certificate_code, :lines.skill_level_after) WITH ORDINALITY
    AS l(worker_number, trainee_change, exam_passed, certificate_code, level, n)
  LEFT JOIN trainee e ON e.project_code = :project_code AND e.training_code = :training_code AND e.worker_number = l.worker_number
  LEFT JOIN worker w ON w.worker_number = l.worker_number),
problem AS MATERIALIZED (
  SELECT 'TRAINING_UNKNOWN' AS refusal, 'training_code' AS refusal_path, :training_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM held)
  UNION ALL
  SELECT 'NOT_YOUR_TRAINING', 'training_code', held_unit_id FROM held WHERE held_unit_id <> :call.unit
  UNION ALL
  SELECT 'CADRES_ARE_NO_TRAINEES', 'lines', NULL FROM held WHERE training_audience = 'CADRE' AND EXISTS (SELECT 1 FROM line)
  UNION ALL
  SELECT 'NOTHING_CORRECTED', 'lines', NULL
  WHERE NOT EXISTS (SELECT 1 FROM line) AND :training_cost_fen IS NULL AND :training_fund_source IS NULL AND :trainer_name IS NULL
  UNION ALL
  SELECT 'TRAINEE_TWICE', 'lines[' || i || '].worker_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'lines[' || i || '].worker_number', worker_number::text FROM line WHERE trainee_change = 'ADDED' AND skill_level IS NULL
  UNION ALL
  SELECT 'TRAINEE_UNKNOWN', 'lines[' || i || '].worker_number', worker_number::text FROM line
  WHERE trainee_change IN ('RESULT', 'STRUCK') AND NOT (listed AND signed_in)
  UNION ALL
  SELECT 'TRAINEE_LISTED', 'lines[' || i || '].worker_number', worker_number::text FROM line WHERE trainee_change = 'ADDED' AND listed AND signed_in
  UNION ALL
  SELECT 'SKILL_FALLS', 'lines[' || i || '].skill_level_after', coalesce(skill_level_before, skill_level) FROM line
  WHERE skill_rank(level) < skill_rank(coalesce(skill_level_before, skill_level)) AND trainee_change <> 'STRUCK'),
number AS (
  SELECT 1 + coalesce(max(correction_number), 0) AS next FROM training_correction WHERE project_code = :project_code AND training_code = :training_code),
kept AS (
  INSERT INTO training_correction (project_code, training_code, correction_number, worker_number, trainee_change, correction_reason, corrected_by,
                                   corrected_at, former_signed_in, former_passed, former_certificate_code, former_level, former_cost_fen)
  SELECT :project_code, :training_code, next, worker_number, trainee_change, :correction_reason, :call.principal, :call.now, coalesce(signed_in, false),
         coalesce(former_passed, false), former_certificate, former_level, NULL
  FROM line, number WHERE NOT EXISTS (SELECT 1 FROM problem)
  UNION ALL
  SELECT :project_code, :training_code, next, 0, NULL, :correction_reason, :call.principal, :call.now, NULL, NULL, NULL, NULL, training_cost_fen
  FROM held, number
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND (:training_cost_fen IS NOT NULL OR :training_fund_source IS NOT NULL OR :trainer_name IS NOT NULL)),
listed AS (
  INSERT INTO trainee (project_code, training_code, worker_number, signed_in, exam_passed, certificate_code, skill_level_before, skill_level_after)
  SELECT :project_code, :training_code, worker_number, trainee_change <> 'STRUCK', trainee_change <> 'STRUCK' AND coalesce(exam_passed, false),
         CASE WHEN trainee_change <> 'STRUCK' THEN coalesce(certificate_code, former_certificate) END, coalesce(skill_level_before, skill_level),
         CASE WHEN trainee_change = 'STRUCK' THEN skill_level_before ELSE coalesce(level, former_level, skill_level) END
  FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, training_code, worker_number) DO UPDATE SET signed_in = excluded.signed_in, exam_passed = excluded.exam_passed,
    certificate_code = excluded.certificate_code, skill_level_after = excluded.skill_level_after),
changed AS (
  UPDATE training t SET training_cost_fen = coalesce(:training_cost_fen, t.training_cost_fen),
    training_fund_source = coalesce(:training_fund_source, t.training_fund_source), trainer_name = coalesce(:trainer_name, t.trainer_name)
  WHERE t.project_code = :project_code AND t.training_code = :training_code AND NOT EXISTS (SELECT 1 FROM problem))
SELECT refusal, refusal_path, refusal_detail FROM problem
