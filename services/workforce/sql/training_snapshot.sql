-- TrainingEffects -> TrainingHeld.rows[]
SELECT t.project_code, t.training_code, t.training_date, t.training_content, t.training_audience, t.trainee_count, t.upgraded_count,
       t.training_cost_fen, false AS annulled, e.worker_number, e.signed_in, e.exam_passed, e.certificate_code, e.skill_level_before, e.skill_level_after
FROM training t LEFT JOIN trainee e USING (project_code, training_code)
WHERE t.project_code = :project_code AND t.training_code = :training_code
UNION ALL
SELECT project_code, training_code, training_date, training_content, training_audience, 0, 0, training_cost_fen, true, NULL, NULL, NULL, NULL, NULL, NULL
FROM annulled_training WHERE project_code = :project_code AND training_code = :training_code
ORDER BY worker_number
