-- CorrectAttendanceRequest -> CorrectAttendanceReply
-- What stood there before, and why it changed, stays readable. 0 strikes the entry out.
WITH entry AS MATERIALIZED (
  SELECT * FROM attendance WHERE project_code = :project_code AND work_date = :work_date AND worker_number = :worker_number),
others AS MATERIALIZED (
  SELECT coalesce(sum(day_hundredths), 0)::int4 AS taken FROM attendance
  WHERE worker_number = :worker_number AND work_date = :work_date AND project_code <> :project_code),
problem AS MATERIALIZED (
  SELECT 'ENTRY_UNKNOWN' AS refusal, 'work_date' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM entry)
  UNION ALL
  SELECT rule, 'work_date', month FROM closed_month
  WHERE project_code = :project_code AND first_date <= :work_date AND last_date >= :work_date
  UNION ALL
  SELECT 'QUANTITY_STANDS', 'work_date', NULL FROM attendance_quantity
  WHERE project_code = :project_code AND work_date = :work_date AND worker_number = :worker_number AND :corrected_hundredths = 0
  UNION ALL
  SELECT 'NOTHING_CHANGED', 'corrected_hundredths', day_hundredths::text FROM entry WHERE day_hundredths = :corrected_hundredths
  UNION ALL
  SELECT 'PART_OF_DAY', 'corrected_hundredths', :corrected_hundredths::text WHERE :corrected_hundredths > 100
  UNION ALL
  SELECT 'OVER_ONE_DAY', 'corrected_hundredths', taken || ' + ' || :corrected_hundredths || ' > 100' FROM others
  WHERE :corrected_hundredths <= 100 AND taken + :corrected_hundredths > 100),
kept AS (
  INSERT INTO attendance_correction (project_code, work_date, worker_number, correction_number, former_hundredths, corrected_hundredths,
                                     correction_reason, corrected_by, corrected_at)
  SELECT project_code, work_date, worker_number,
         1 + (SELECT count(*) FROM attendance_correction c
              WHERE c.project_code = :project_code AND c.work_date = :work_date AND c.worker_number = :worker_number),
         day_hundredths, :corrected_hundredths, :correction_reason, :call.principal, :call.now
  FROM entry WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING former_hundredths, corrected_hundredths, correction_number),
struck AS (
  DELETE FROM attendance t USING kept
  WHERE t.project_code = :project_code AND t.work_date = :work_date AND t.worker_number = :worker_number AND kept.corrected_hundredths = 0),
changed AS (
  UPDATE attendance t SET day_hundredths = kept.corrected_hundredths FROM kept
  WHERE t.project_code = :project_code AND t.work_date = :work_date AND t.worker_number = :worker_number AND kept.corrected_hundredths > 0)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, former_hundredths, corrected_hundredths,
       correction_number AS correction_count
FROM kept
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL FROM problem
