-- SettleDisputeRequest -> Dispute
WITH former AS (
  SELECT * FROM attendance_dispute WHERE project_code = :project_code AND work_date = :work_date AND worker_number = :worker_number),
problem AS MATERIALIZED (
  SELECT 'DISPUTE_UNKNOWN' AS refusal, 'work_date' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DISPUTE_NOT_OPEN', 'work_date', dispute_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'dispute' AND t.from_state = dispute_state AND t.method = 'SettleDispute')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'work_date', disputed_by FROM former WHERE disputed_by = :call.principal),
changed AS (
  UPDATE attendance_dispute d SET dispute_state = 'SETTLED', settle_note = :settle_note, settled_by = :call.principal
  WHERE d.project_code = :project_code AND d.work_date = :work_date AND d.worker_number = :worker_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, worker_number, work_date, dispute_note,
       dispute_state, settle_note
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
