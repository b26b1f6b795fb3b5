-- CancelSealingRequest -> SealingCancelled
-- The month takes days again, as if nobody had begun to seal it.
WITH problem AS MATERIALIZED (
  SELECT 'MONTH_NOT_SEALING' AS refusal, 'month' AS refusal_path, NULL::text AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM sealing_month WHERE project_code = :project_code AND month = :month)),
gone AS (
  DELETE FROM sealing_month WHERE project_code = :project_code AND month = :month AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, month, first_date, last_date),
thawed AS (
  DELETE FROM frozen_worker f USING gone WHERE f.project_code = gone.project_code AND f.month = gone.month),
opened AS (
  UPDATE project p SET sealed = p.sealed - datemultirange(daterange(first_date, last_date, '[]')) FROM gone WHERE p.project_code = gone.project_code)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, month FROM gone
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL FROM problem
