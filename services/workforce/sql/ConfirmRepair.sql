-- DecideRepairRequest -> Repair
-- The second person: owner or township. The day becomes what was proposed.
WITH former AS MATERIALIZED (
  SELECT * FROM attendance_repair WHERE project_code = :project_code AND work_date = :work_date AND worker_number = :worker_number),
problem AS MATERIALIZED (
  SELECT 'REPAIR_UNKNOWN' AS refusal, 'work_date' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'REPAIR_NOT_OPEN', 'work_date', repair_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'repair' AND t.from_state = repair_state AND t.method = 'ConfirmRepair')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'work_date', proposed_by FROM former WHERE proposed_by = :call.principal
  UNION ALL
  SELECT d.refusal, d.refusal_path, d.refusal_detail
  FROM former CROSS JOIN LATERAL day_refusals(project_code, work_date, worker_number, proposed_hundredths, :call.today) d WHERE repair_state = 'PROPOSED'),
changed AS (
  UPDATE attendance_repair r SET repair_state = 'REPAIRED', decided_by = :call.principal, decided_at = :call.now, decide_note = :decide_note
  FROM former
  WHERE r.project_code = former.project_code AND r.work_date = former.work_date AND r.worker_number = former.worker_number
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING r.*),
made AS MATERIALIZED (
  SELECT set_day(project_code, work_date, worker_number, proposed_hundredths, repair_reason, proposed_by, :call.now) FROM changed)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, work_date, worker_number, repair_kind,
       repair_state, repair_note, proposed_hundredths, repair_reason, proposed_by, decided_by, decide_note
FROM changed WHERE (SELECT count(*) FROM made) >= 0
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
