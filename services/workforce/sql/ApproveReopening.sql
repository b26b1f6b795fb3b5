-- DecideReopeningRequest -> Reopening
-- The seal is broken: the month takes days again, and what was frozen no longer counts. Not once money is on its way.
WITH asked AS MATERIALIZED (
  SELECT * FROM reopening WHERE project_code = :project_code AND month = :month ORDER BY reopening_number DESC LIMIT 1),
problem AS MATERIALIZED (
  SELECT 'REOPENING_UNKNOWN' AS refusal, 'month' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM asked)
  UNION ALL
  SELECT 'REOPENING_NOT_OPEN', 'month', reopen_state FROM asked
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'reopening' AND t.from_state = reopen_state AND t.method = 'ApproveReopening')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'month', requested_by FROM asked WHERE requested_by = :call.principal
  UNION ALL
  SELECT 'PAYMENT_ORDERED', 'month', sheet_code || ' ' || sheet_state FROM wage_sheet
  WHERE project_code = :project_code AND month = :month AND sheet_state IN ('ORDERED', 'PARTLY_PAID', 'PAID', 'FILED')),
decided AS (
  UPDATE reopening r SET reopen_state = 'APPROVED', decided_by = :call.principal, decided_at = :call.now, decide_note = :decide_note
  FROM asked WHERE r.project_code = asked.project_code AND r.month = asked.month AND r.reopening_number = asked.reopening_number
    AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING r.*),
broken AS (
  DELETE FROM sealed_month s USING decided WHERE s.project_code = decided.project_code AND s.month = decided.month
  RETURNING s.project_code, s.month, s.first_date, s.last_date),
thawed AS (
  DELETE FROM frozen_worker f USING decided WHERE f.project_code = decided.project_code AND f.month = decided.month),
opened AS (
  UPDATE project p SET sealed = p.sealed - datemultirange(daterange(first_date, last_date, '[]')) FROM broken WHERE p.project_code = broken.project_code)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, month, reopening_number, reopen_state,
       reopen_reason, requested_by, requested_at AS requested_at_us, former_digest, former_worker_count, former_hundredths, decided_by,
       decided_at AS decided_at_us, decide_note, former_digest AS attendance_digest, decided_by AS approved_by
FROM decided
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
