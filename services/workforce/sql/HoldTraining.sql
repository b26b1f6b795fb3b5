-- HoldTrainingRequest -> HoldTrainingReply.rows[]
-- Who signed in was trained; safety training and briefing open the way to the site from that day on (agreement.workable_from).
WITH attendee AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, w.skill_level, w.worker_number IS NOT NULL AS registered, w.merged_into
  FROM unnest(:trainees.worker_number, :trainees.signed_in, :trainees.exam_passed, :trainees.certificate_code, :trainees.skill_level_after)
       WITH ORDINALITY AS l(worker_number, signed_in, exam_passed, certificate_code, skill_level_after, n)
  LEFT JOIN worker w USING (worker_number)),
problem AS MATERIALIZED (
  SELECT 'PROJECT_UNKNOWN' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL
  SELECT 'TRAINING_EXISTS', 'training_code', training_name FROM training WHERE project_code = :project_code AND training_code = :training_code
  UNION ALL
  SELECT 'TRAINING_EXISTS', 'training_code', training_name || ' ' || annul_reason FROM annulled_training
  WHERE project_code = :project_code AND training_code = :training_code
  UNION ALL
  SELECT 'TRAINING_PLAN_UNKNOWN', 'plan_code', :plan_code
  WHERE :plan_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM training_plan WHERE project_code = :project_code AND plan_code = :plan_code)
  UNION ALL
  SELECT 'TRAINING_PLAN_DIFFERS', 'plan_code', CASE WHEN cancelled THEN cancel_reason ELSE training_content || ' ' || coalesce(skill_kind, '') END
  FROM training_plan
  WHERE project_code = :project_code AND plan_code = :plan_code
    AND (cancelled OR :training_audience = 'CADRE' OR :training_content NOT IN (training_content, 'BOTH') OR skill_kind <> :skill_kind)
  UNION ALL
  SELECT 'FUTURE_DATE', 'training_date', :training_date::date::text WHERE :training_date::date > :call.today
  UNION ALL
  SELECT 'ORGANISER_UNKNOWN', 'organiser_unit_id', :organiser_unit_id
  WHERE NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = :organiser_unit_id AND active)
  UNION ALL
  SELECT 'NO_TRAINEES', 'trainees', NULL
  WHERE :training_audience = 'WORKERS' AND NOT EXISTS (SELECT 1 FROM attendee WHERE signed_in)
  UNION ALL
  SELECT 'CADRES_ARE_NO_TRAINEES', 'trainees', NULL
  WHERE :training_audience = 'CADRE' AND (EXISTS (SELECT 1 FROM attendee) OR coalesce(:cadre_count, 0) = 0)
  UNION ALL
  SELECT 'SKILL_KIND_MISSING', 'skill_kind', :training_content
  WHERE :training_content IN ('SKILL', 'BOTH') AND :training_audience = 'WORKERS' AND :training_mode <> 'LANGUAGE' AND :skill_kind IS NULL
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'trainees[' || i || '].worker_number', worker_number::text FROM attendee WHERE NOT registered
  UNION ALL
  SELECT 'WORKER_MERGED', 'trainees[' || i || '].worker_number', merged_into::text FROM attendee WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT 'TRAINEE_TWICE', 'trainees[' || i || '].worker_number', 'trainees[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM attendee) t WHERE first_i < i
  UNION ALL
  SELECT 'SKILL_FALLS', 'trainees[' || i || '].skill_level_after', skill_level
  FROM attendee WHERE skill_rank(skill_level_after) < skill_rank(skill_level)
  UNION ALL
  SELECT 'ABSENT_CANNOT_PASS', 'trainees[' || i || '].signed_in', NULL
  FROM attendee WHERE NOT signed_in AND (exam_passed OR certificate_code IS NOT NULL OR skill_level_after <> skill_level)),
counted AS (
  SELECT count(*) FILTER (WHERE signed_in)::int4 AS trainee_count, count(*) FILTER (WHERE NOT signed_in)::int4 AS absent_count,
         count(*) FILTER (WHERE signed_in AND skill_rank(skill_level_after) > skill_rank(skill_level))::int4 AS upgraded_count
  FROM attendee),
held AS (
  INSERT INTO training (project_code, training_code, training_name, training_date, hours_hundredths, training_content, training_mode,
                        training_venue, training_audience, organiser_unit_id, organiser_kind, trainer_name, training_fund_source,
                        training_cost_fen, skill_kind, target_stage, technical_briefing, cadre_count, trainee_count, upgraded_count,
                        plan_code, held_by, held_unit_id)
  SELECT :project_code, :training_code, :training_name, :training_date, :hours_hundredths, :training_content, :training_mode, :training_venue,
         :training_audience, :organiser_unit_id, :organiser_kind, :trainer_name, :training_fund_source, coalesce(:training_cost_fen, 0),
         :skill_kind, :target_stage, :technical_briefing, coalesce(:cadre_count, 0), trainee_count, upgraded_count,
         :plan_code, :call.principal, :call.unit
  FROM counted WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING training_code),
kept AS (
  INSERT INTO trainee (project_code, training_code, worker_number, signed_in, exam_passed, certificate_code, skill_level_before,
                       skill_level_after)
  SELECT :project_code, held.training_code, worker_number, signed_in, exam_passed, certificate_code, skill_level,
         coalesce(skill_level_after, skill_level)
  FROM attendee, held
  RETURNING worker_number, signed_in, exam_passed, certificate_code, skill_level_before, skill_level_after),
taught AS (
  UPDATE worker w SET skill_level = kept.skill_level_after,
    safety_trained_date = CASE WHEN :training_content IN ('SAFETY', 'BOTH') THEN least(w.safety_trained_date, :training_date)
                          ELSE w.safety_trained_date END
  FROM kept WHERE w.worker_number = kept.worker_number AND kept.signed_in),
admitted AS (
  UPDATE agreement a SET
    safety_trained_date = CASE WHEN :training_content IN ('SAFETY', 'BOTH')
                                    AND :training_date >= a.start_date - policy_on('retrain_after_days', a.start_date)::int4
                          THEN least(a.safety_trained_date, :training_date) ELSE a.safety_trained_date END,
    skill_trained_date = CASE WHEN a.skill_needed AND :training_content IN ('SKILL', 'BOTH') AND (a.skill_kind IS NULL OR a.skill_kind = :skill_kind)
                         THEN least(a.skill_trained_date, :training_date) ELSE a.skill_trained_date END,
    briefed_date = CASE WHEN :technical_briefing AND a.project_code = :project_code THEN least(a.briefed_date, :training_date)
                   ELSE a.briefed_date END
  FROM kept WHERE a.worker_number = kept.worker_number AND kept.signed_in
    AND (:training_content IN ('SAFETY', 'BOTH') OR :technical_briefing OR a.skill_needed))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, held.training_code, trainee_count, absent_count,
       upgraded_count, worker_number, signed_in, exam_passed, certificate_code, skill_level_before, skill_level_after
FROM held CROSS JOIN counted LEFT JOIN kept ON true
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
ORDER BY worker_number -- the same in every run: replies are compared byte for byte
