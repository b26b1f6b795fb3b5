-- DisputeAttendanceRequest -> Dispute
-- Also of a day that is missing. A month with an open dispute cannot be sealed.
WITH problem AS MATERIALIZED (
  SELECT rule AS refusal, 'work_date' AS refusal_path, month AS refusal_detail FROM closed_month
  WHERE project_code = :project_code AND first_date <= :work_date AND last_date >= :work_date
  UNION ALL
  SELECT 'NO_AGREEMENT', 'work_date', NULL
  WHERE NOT EXISTS (SELECT 1 FROM agreement a WHERE a.worker_number = :worker_number AND a.project_code = :project_code
                    AND :work_date BETWEEN a.start_date AND a.end_date)
  UNION ALL
  SELECT 'DISPUTE_OPEN', 'work_date', dispute_note FROM attendance_dispute
  WHERE project_code = :project_code AND work_date = :work_date AND worker_number = :worker_number AND dispute_state = 'OPEN'),
written AS (
  INSERT INTO attendance_dispute (project_code, work_date, worker_number, dispute_note, dispute_state, disputed_by)
  SELECT :project_code, :work_date, :worker_number, :dispute_note, 'OPEN', :call.principal WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, work_date, worker_number) DO UPDATE SET dispute_note = excluded.dispute_note, dispute_state = 'OPEN',
    disputed_by = excluded.disputed_by, settle_note = NULL, settled_by = NULL
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, worker_number, work_date, dispute_note,
       dispute_state
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
