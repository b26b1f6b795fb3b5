-- TrainingHeld -> Nothing
-- Only who signed in was trained; the training of staff is none of workers (R023).
WITH held AS (
  INSERT INTO training (project_code, training_code, training_date)
  SELECT :project_code, :training_code, :training_date WHERE :training_audience IS DISTINCT FROM 'CADRE'
  ON CONFLICT (project_code, training_code) DO UPDATE SET training_date = excluded.training_date
  RETURNING 1
)
INSERT INTO trainee (project_code, training_code, worker_number)
SELECT DISTINCT :project_code, :training_code, t.worker_number FROM unnest(:rows.worker_number,
  :rows.signed_in) AS t(worker_number, signed_in), held
WHERE t.signed_in AND t.worker_number IS NOT NULL
ON CONFLICT DO NOTHING
