-- SealMonthRequest -> AttendanceSealed
-- Freezes the month worker by worker: days, agreement, and what he was on his first day.
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
  SELECT 'MAKER_IS_CHECKER', 'month', :call.principal
  WHERE EXISTS (SELECT 1 FROM attendance_correction c, span
                WHERE c.project_code = :project_code AND c.work_date BETWEEN first_date AND last_date AND c.corrected_by = :call.principal)
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
per_worker AS (
  SELECT t.worker_number, sum(t.day_hundredths)::int4 AS day_hundredths, count(*)::int4 AS attended_days, min(t.work_date) AS first_date,
         string_agg(to_char(t.work_date, 'DD') || ':' || t.day_hundredths, ' ' ORDER BY t.work_date) AS days_text
  FROM attendance t, span
  WHERE t.project_code = :project_code AND t.work_date BETWEEN span.first_date AND span.last_date AND NOT EXISTS (SELECT 1 FROM problem)
  GROUP BY t.worker_number),
counted AS (
  SELECT q.worker_number, sum(q.hours_hundredths)::int8 AS hours_hundredths, sum(q.piece_hundredths)::int8 AS piece_hundredths
  FROM attendance_quantity q, span WHERE q.project_code = :project_code AND q.work_date BETWEEN span.first_date AND span.last_date
  GROUP BY q.worker_number),
written AS (
  INSERT INTO sealed_worker (project_code, month, worker_number, day_hundredths, attended_days, first_date, days_text, agreement_code,
                             employment_kind, pay_unit, rate_fen, sex, is_local, priority_groups, hours_hundredths, piece_hundredths)
  SELECT :project_code, :month, d.worker_number, d.day_hundredths, d.attended_days, d.first_date, d.days_text, a.agreement_code,
         a.employment_kind, a.pay_unit, a.rate_fen, w.sex, coalesce(left(w.home_division_code, 6) = left(p.division_code, 6), false),
         ARRAY(SELECT g.priority_group FROM worker_group g WHERE g.worker_number = d.worker_number AND g.valid_from_date <= d.first_date
                 AND coalesce(g.valid_to_date, 'infinity') >= d.first_date ORDER BY g.priority_group),
         coalesce(c.hours_hundredths, 0), coalesce(c.piece_hundredths, 0)
  FROM per_worker d JOIN worker w USING (worker_number) JOIN project p ON p.project_code = :project_code
  JOIN agreement a ON a.worker_number = d.worker_number AND a.project_code = :project_code AND d.first_date BETWEEN a.start_date AND a.end_date
  LEFT JOIN counted c ON c.worker_number = d.worker_number
  RETURNING day_hundredths)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, count(*)::int4 AS worker_count,
       sum(day_hundredths)::int8 AS day_hundredths
FROM written HAVING count(*) > 0
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL FROM problem
