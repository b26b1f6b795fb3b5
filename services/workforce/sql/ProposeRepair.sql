-- ProposeRepairRequest -> Repair
-- Where the policy of that kind asks no second person, the day is made at once.
WITH former AS MATERIALIZED (
  SELECT r.*, coalesce(policy_on('repair_second_' || r.repair_kind, r.work_date), 1) = 1 AS needs_second FROM attendance_repair r
  WHERE r.project_code = :project_code AND r.work_date = :work_date AND r.worker_number = :worker_number),
problem AS MATERIALIZED (
  SELECT 'REPAIR_UNKNOWN' AS refusal, 'work_date' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'REPAIR_NOT_OPEN', 'work_date', repair_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'repair' AND t.from_state = repair_state AND t.method = 'ProposeRepair')
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail FROM day_refusals(:project_code, :work_date, :worker_number, :proposed_hundredths, :call.today)),
changed AS (
  UPDATE attendance_repair r SET repair_state = CASE WHEN former.needs_second THEN 'PROPOSED' ELSE 'REPAIRED' END,
    proposed_hundredths = :proposed_hundredths, repair_reason = :repair_reason, proposed_by = :call.principal,
    decided_by = CASE WHEN NOT former.needs_second THEN :call.principal END, decided_at = CASE WHEN NOT former.needs_second THEN :call.now END, decide_note = NULL
  FROM former
  WHERE r.project_code = former.project_code AND r.work_date = former.work_date AND r.worker_number = former.worker_number
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING r.*),
made AS MATERIALIZED (
  SELECT set_day(project_code, work_date, worker_number, proposed_hundredths, repair_reason, proposed_by, :call.now) FROM changed WHERE repair_state = 'REPAIRED')
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, work_date, worker_number, repair_kind,
       repair_state, repair_note, proposed_hundredths, repair_reason, proposed_by, decided_by
FROM changed WHERE (SELECT count(*) FROM made) >= 0
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
