-- TrainingEffects -> TrainingHeld
-- What the trainings that still count make of the workers of one training: level, first safety training, and what opens their agreements.
WITH affected AS MATERIALIZED (
  SELECT worker_number FROM trainee WHERE project_code = :project_code AND training_code = :training_code
  UNION
  SELECT worker_number FROM annulled_trainee WHERE project_code = :project_code AND training_code = :training_code),
counting AS MATERIALIZED (
  SELECT e.worker_number, e.project_code, e.skill_level_before, e.skill_level_after, t.training_date, t.training_content, t.technical_briefing, t.skill_kind
  FROM affected JOIN trainee e USING (worker_number) JOIN training t USING (project_code, training_code) WHERE e.signed_in),
origin AS ( -- the level before any training, those that no longer count included
  SELECT worker_number, min(skill_rank(skill_level_before)) AS rank
  FROM (SELECT worker_number, skill_level_before FROM affected JOIN trainee USING (worker_number)
        UNION ALL SELECT worker_number, skill_level_before FROM affected JOIN annulled_trainee USING (worker_number)) every GROUP BY worker_number),
person AS MATERIALIZED (
  SELECT worker_number, min(training_date) FILTER (WHERE training_content IN ('SAFETY', 'BOTH')) AS safety_date,
         max(skill_rank(skill_level_after)) FILTER (WHERE skill_rank(skill_level_after) > skill_rank(skill_level_before)) AS rank
  FROM affected LEFT JOIN counting USING (worker_number) GROUP BY worker_number),
relevelled AS (
  UPDATE worker w SET safety_trained_date = person.safety_date,
    skill_level = coalesce((SELECT l FROM unnest(ARRAY['UNSKILLED', 'SEMI_SKILLED', 'SKILLED', 'TECHNICIAN']) l
                            WHERE skill_rank(l) = greatest(person.rank, origin.rank)), w.skill_level)
  FROM person JOIN origin USING (worker_number) WHERE w.worker_number = person.worker_number),
opened AS MATERIALIZED (
  SELECT a.project_code, a.agreement_code,
         CASE WHEN person.safety_date >= since.day THEN person.safety_date
              WHEN EXISTS (SELECT 1 FROM attendance t WHERE t.worker_number = a.worker_number AND t.work_date >= since.day AND t.work_date < a.start_date)
                THEN person.safety_date
              ELSE (SELECT min(c.training_date) FROM counting c WHERE c.worker_number = a.worker_number AND c.training_content IN ('SAFETY', 'BOTH')
                      AND c.training_date >= since.day) END AS safety_date,
         (SELECT min(c.training_date) FROM counting c WHERE c.worker_number = a.worker_number AND c.project_code = a.project_code
            AND c.technical_briefing) AS briefed_date,
         (SELECT min(c.training_date) FROM counting c WHERE a.skill_needed AND c.worker_number = a.worker_number
            AND c.training_content IN ('SKILL', 'BOTH') AND (a.skill_kind IS NULL OR c.skill_kind = a.skill_kind)) AS skill_date
  FROM person JOIN agreement a USING (worker_number)
  CROSS JOIN LATERAL (SELECT a.start_date - policy_on('retrain_after_days', a.start_date)::int4 AS day) since),
reopened AS (
  UPDATE agreement a SET safety_trained_date = o.safety_date, briefed_date = o.briefed_date, skill_trained_date = o.skill_date
  FROM opened o WHERE a.project_code = o.project_code AND a.agreement_code = o.agreement_code)
UPDATE training t SET trainee_count = c.signed, upgraded_count = c.upgraded
FROM (SELECT count(*) FILTER (WHERE signed_in)::int4 AS signed,
             count(*) FILTER (WHERE signed_in AND skill_rank(skill_level_after) > skill_rank(skill_level_before))::int4 AS upgraded
      FROM trainee WHERE project_code = :project_code AND training_code = :training_code) c
WHERE t.project_code = :project_code AND t.training_code = :training_code
RETURNING t.training_code
