-- RequestReopeningRequest -> Reopening
WITH seal AS (SELECT * FROM sealed_month WHERE project_code = :project_code AND month = :month),
problem AS MATERIALIZED (
  SELECT 'MONTH_NOT_SEALED' AS refusal, 'month' AS refusal_path, :month AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM seal)
  UNION ALL
  SELECT 'REOPENING_ASKED', 'month', reopen_reason FROM reopening
  WHERE project_code = :project_code AND month = :month AND reopen_state = 'REQUESTED'
  UNION ALL
  SELECT 'PAYMENT_ORDERED', 'month', sheet_code || ' ' || sheet_state FROM wage_sheet
  WHERE project_code = :project_code AND month = :month AND sheet_state IN ('ORDERED', 'PARTLY_PAID', 'PAID', 'FILED')),
written AS (
  INSERT INTO reopening (project_code, month, reopening_number, reopen_state, reopen_reason, requested_by, requested_at, former_digest,
                         former_sealed_by, former_worker_count, former_hundredths)
  SELECT :project_code, :month, 1 + (SELECT count(*) FROM reopening r WHERE r.project_code = :project_code AND r.month = :month), 'REQUESTED',
         :reopen_reason, :call.principal, :call.now, attendance_digest, sealed_by, worker_count, day_hundredths
  FROM seal WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, month, reopening_number, reopen_state,
       reopen_reason, requested_by, requested_at AS requested_at_us, former_digest, former_worker_count, former_hundredths
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
