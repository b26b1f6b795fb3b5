-- TrainingEffects -> TrainingHeld
-- Days that were worked because of this training, and that would now stand without any.
SELECT 'TRAINING_RELIED_ON' AS refusal, 'training_code' AS refusal_path,
       string_agg(a.worker_number || ' ' || t.work_date, ', ' ORDER BY a.worker_number, t.work_date) AS refusal_detail
FROM (SELECT worker_number FROM trainee WHERE project_code = :project_code AND training_code = :training_code
      UNION SELECT worker_number FROM annulled_trainee WHERE project_code = :project_code AND training_code = :training_code) affected
JOIN agreement a USING (worker_number)
CROSS JOIN LATERAL (
  SELECT min(e.work_date) AS work_date FROM attendance e
  WHERE e.worker_number = a.worker_number AND e.project_code = a.project_code AND e.work_date BETWEEN a.start_date AND a.end_date
    AND e.work_date < coalesce(a.workable_from, 'infinity')) t
WHERE t.work_date IS NOT NULL
HAVING count(*) > 0
