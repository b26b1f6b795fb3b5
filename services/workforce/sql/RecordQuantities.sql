-- RecordQuantitiesRequest -> RecordQuantitiesReply
-- All or nothing. What is counted is what the worker's agreement is paid by, on a day he attended.
WITH line AS MATERIALIZED (
  SELECT l.worker_number, l.work_date, coalesce(l.hours_hundredths, 0) AS hours, coalesce(l.piece_hundredths, 0) AS pieces, (n - 1)::int4 AS i,
         a.pay_unit, t.worker_number IS NOT NULL AS attended
  FROM unnest(:lines.worker_number, :lines.work_date, :lines.hours_hundredths, :lines.piece_hundredths) WITH ORDINALITY
    AS l(worker_number, work_date, hours_hundredths, piece_hundredths, n)
  LEFT JOIN agreement a ON a.worker_number = l.worker_number AND a.project_code = :project_code AND l.work_date BETWEEN a.start_date AND a.end_date
  LEFT JOIN attendance t ON t.project_code = :project_code AND t.work_date = l.work_date AND t.worker_number = l.worker_number),
problem AS MATERIALIZED (
  SELECT c.rule AS refusal, 'lines[' || i || '].work_date' AS refusal_path, work_date::text AS refusal_detail
  FROM line JOIN closed_month c ON c.project_code = :project_code AND line.work_date BETWEEN c.first_date AND c.last_date
  UNION ALL
  SELECT 'NO_AGREEMENT', 'lines[' || i || '].work_date', work_date::text FROM line WHERE pay_unit IS NULL
  UNION ALL
  SELECT 'QUANTITY_NOT_AGREED', 'lines[' || i || CASE WHEN hours > 0 AND pay_unit <> 'HOUR' THEN '].hours_hundredths' ELSE '].piece_hundredths' END, pay_unit
  FROM line WHERE hours > 0 AND pay_unit <> 'HOUR' OR pieces > 0 AND pay_unit <> 'PIECE'
  UNION ALL
  SELECT 'QUANTITY_IS_NOTHING', 'lines[' || i || ']', NULL FROM line WHERE hours = 0 AND pieces = 0
  UNION ALL
  SELECT 'HOURS_OVER_DAY', 'lines[' || i || '].hours_hundredths', hours::text FROM line WHERE hours > 2400
  UNION ALL
  SELECT 'ENTRY_UNKNOWN', 'lines[' || i || '].work_date', work_date::text FROM line WHERE pay_unit IS NOT NULL AND NOT attended
  UNION ALL
  SELECT 'QUANTITY_EXISTS', 'lines[' || i || '].work_date', line.work_date::text
  FROM line JOIN attendance_quantity q ON q.project_code = :project_code AND q.work_date = line.work_date AND q.worker_number = line.worker_number
  UNION ALL
  SELECT 'ATTENDANCE_TWICE', 'lines[' || i || '].work_date', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number, work_date) AS first_i FROM line) t WHERE first_i < i),
recorded AS (
  INSERT INTO attendance_quantity (project_code, work_date, worker_number, hours_hundredths, piece_hundredths)
  SELECT :project_code, work_date, worker_number, hours, pieces FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING hours_hundredths, piece_hundredths)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, count(*)::int4 AS entry_count,
       sum(hours_hundredths)::int8 AS total_hours_hundredths, sum(piece_hundredths)::int8 AS total_piece_hundredths
FROM recorded HAVING count(*) > 0
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL FROM problem
