-- TrainingHeld -> Nothing
-- Only who signed in was trained; the training of staff is none of workers (R023). The event holds the whole list: who is no longer on it is
-- gone, and so is a training that was annulled.
WITH signed AS MATERIALIZED (
  SELECT DISTINCT t.worker_number FROM unnest(:rows.worker_number, :rows.signed_in) AS t(worker_number, signed_in)
  WHERE t.signed_in AND t.worker_number IS NOT NULL AND NOT coalesce(:annulled, false)),
left_out AS (
  DELETE FROM trainee e WHERE e.project_code = :project_code AND e.training_code = :training_code
    AND NOT EXISTS (SELECT 1 FROM signed WHERE signed.worker_number = e.worker_number)),
annulled AS (
  DELETE FROM training t WHERE t.project_code = :project_code AND t.training_code = :training_code AND coalesce(:annulled, false)),
held AS (
  INSERT INTO training (project_code, training_code, training_date)
  SELECT :project_code, :training_code, :training_date WHERE :training_audience IS DISTINCT FROM 'CADRE' AND NOT coalesce(:annulled, false)
  ON CONFLICT (project_code, training_code) DO UPDATE SET training_date = excluded.training_date
  RETURNING 1
)
INSERT INTO trainee (project_code, training_code, worker_number)
SELECT :project_code, :training_code, signed.worker_number FROM signed, held
ON CONFLICT DO NOTHING
