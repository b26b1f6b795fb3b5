-- BeginSealingRequest -> SealingState
-- Bars the month when nothing speaks against sealing it; one that is barred already goes on where it stood.
WITH span AS (
  SELECT (:month || '-01')::date AS first_date, ((:month || '-01')::date + interval '1 month' - interval '1 day')::date AS last_date),
problem AS MATERIALIZED (
  SELECT 'MONTH_SEALED' AS refusal, 'month' AS refusal_path, NULL::text AS refusal_detail
  FROM sealed_month WHERE project_code = :project_code AND month = :month
  UNION ALL
  SELECT 'MONTH_NOT_OVER', 'month', last_date::text FROM span WHERE :call.today < last_date
  UNION ALL
  SELECT 'ENTRIES_DISPUTED', 'month', string_agg(worker_number || ' ' || work_date, ', ' ORDER BY work_date, worker_number)
  FROM attendance_dispute, span WHERE project_code = :project_code AND work_date BETWEEN first_date AND last_date AND dispute_state = 'OPEN'
  HAVING count(*) > 0
  UNION ALL
  SELECT 'ENTRIES_IN_REPAIR', 'month', count(*) || ': ' || min(work_date) || ' ...' FROM attendance_repair, span
  WHERE project_code = :project_code AND work_date BETWEEN first_date AND last_date AND repair_state <> 'REPAIRED'
  HAVING count(*) > 0
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'month', :principal
  WHERE EXISTS (SELECT 1 FROM attendance_correction c, span
                WHERE c.project_code = :project_code AND c.work_date BETWEEN first_date AND last_date AND c.corrected_by = :principal)
  UNION ALL
  SELECT 'QUANTITY_MISSING', 'month', string_agg(worker_number::text, ', ' ORDER BY worker_number)
  FROM (SELECT DISTINCT t.worker_number
        FROM span JOIN agreement a ON a.project_code = :project_code AND a.pay_unit IN ('HOUR', 'PIECE') AND a.start_date <= last_date AND a.end_date >= first_date
        JOIN attendance t ON t.worker_number = a.worker_number AND t.project_code = :project_code AND t.work_date BETWEEN first_date AND last_date
        WHERE NOT EXISTS (SELECT 1 FROM attendance_quantity q WHERE q.project_code = :project_code AND q.worker_number = t.worker_number
                          AND q.work_date BETWEEN first_date AND last_date)) uncounted
  HAVING count(*) > 0
  UNION ALL
  SELECT 'NOTHING_TO_SEAL', 'month', NULL
  WHERE NOT EXISTS (SELECT 1 FROM attendance t, span WHERE t.project_code = :project_code AND t.work_date BETWEEN first_date AND last_date)),
barred AS (
  INSERT INTO sealing_month (project_code, month, first_date, last_date, begun_by, begun_at, last_worker_number, running_digest, finished)
  SELECT :project_code, :month, first_date, last_date, :principal, :call.now, -1, decode(repeat('00', 32), 'hex'), false
  FROM span WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, month) DO UPDATE SET begun_by = excluded.begun_by
  RETURNING first_date, last_date, running_digest, finished),
closed AS (
  UPDATE project p SET sealed = p.sealed + datemultirange(daterange(first_date, last_date, '[]')) FROM barred WHERE p.project_code = :project_code)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, running_digest, finished FROM barred
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL FROM problem
