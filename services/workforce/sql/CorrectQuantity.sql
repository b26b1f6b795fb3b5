-- CorrectQuantityRequest -> CorrectQuantityReply
-- What stood there before, and why it changed, stays readable. 0 strikes the quantity out.
WITH entry AS MATERIALIZED (
  SELECT q.*, q.hours_hundredths > 0 AS in_hours, greatest(q.hours_hundredths, q.piece_hundredths) AS former
  FROM attendance_quantity q WHERE q.project_code = :project_code AND q.work_date = :work_date AND q.worker_number = :worker_number),
problem AS MATERIALIZED (
  SELECT 'QUANTITY_UNKNOWN' AS refusal, 'work_date' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM entry)
  UNION ALL
  SELECT rule, 'work_date', month FROM closed_month
  WHERE project_code = :project_code AND first_date <= :work_date AND last_date >= :work_date
  UNION ALL
  SELECT 'NOTHING_CHANGED', 'corrected_hundredths', former::text FROM entry WHERE former = :corrected_hundredths
  UNION ALL
  SELECT 'HOURS_OVER_DAY', 'corrected_hundredths', :corrected_hundredths::text FROM entry WHERE in_hours AND :corrected_hundredths > 2400),
kept AS (
  INSERT INTO quantity_correction (project_code, work_date, worker_number, correction_number, former_hundredths, corrected_hundredths,
                                   correction_reason, corrected_by, corrected_at)
  SELECT project_code, work_date, worker_number,
         1 + (SELECT count(*) FROM quantity_correction c
              WHERE c.project_code = :project_code AND c.work_date = :work_date AND c.worker_number = :worker_number),
         former, :corrected_hundredths, :correction_reason, :call.principal, :call.now
  FROM entry WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING former_hundredths, corrected_hundredths, correction_number),
struck AS (
  DELETE FROM attendance_quantity q USING kept
  WHERE q.project_code = :project_code AND q.work_date = :work_date AND q.worker_number = :worker_number AND kept.corrected_hundredths = 0),
changed AS (
  UPDATE attendance_quantity q SET hours_hundredths = CASE WHEN q.hours_hundredths > 0 THEN kept.corrected_hundredths::int4 ELSE 0 END,
    piece_hundredths = CASE WHEN q.hours_hundredths > 0 THEN 0 ELSE kept.corrected_hundredths END
  FROM kept
  WHERE q.project_code = :project_code AND q.work_date = :work_date AND q.worker_number = :worker_number AND kept.corrected_hundredths > 0)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, former_hundredths, corrected_hundredths,
       correction_number AS correction_count
FROM kept
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL FROM problem
