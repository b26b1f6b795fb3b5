-- FreezeWorkersRequest -> SealLinesReply.rows[]
-- The next workers of a barred month as they are: days, agreement, and what each was on his first day. Who has an agreement but no day
-- is passed over: his line is empty.
WITH sealing AS MATERIALIZED (SELECT * FROM sealing_month WHERE project_code = :project_code AND month = :month),
candidate AS MATERIALIZED (
  SELECT a.worker_number, a.agreement_code, a.employment_kind, a.pay_unit, a.rate_fen, s.first_date, s.last_date
  FROM sealing s JOIN agreement a ON a.project_code = s.project_code AND a.worker_number > s.last_worker_number
    AND a.start_date <= s.last_date AND a.end_date >= s.first_date
  ORDER BY a.worker_number LIMIT 500),
attended AS MATERIALIZED (
  SELECT c.*, d.day_hundredths, d.attended_days, d.first_day, d.days_text, d.whole_mask, d.part_mask
  FROM candidate c CROSS JOIN LATERAL (
    SELECT sum(t.day_hundredths)::int4 AS day_hundredths, count(*)::int4 AS attended_days, min(t.work_date) AS first_day,
           string_agg(to_char(t.work_date, 'DD') || ':' || t.day_hundredths, ' ' ORDER BY t.work_date) AS days_text,
           coalesce(bit_or(1 << extract(day FROM t.work_date)::int4 - 1) FILTER (WHERE t.day_hundredths = 100), 0) AS whole_mask,
           coalesce(bit_or(1 << extract(day FROM t.work_date)::int4 - 1) FILTER (WHERE t.day_hundredths < 100), 0) AS part_mask
    FROM attendance t
    WHERE t.worker_number = c.worker_number AND t.work_date BETWEEN c.first_date AND c.last_date AND t.project_code = :project_code
    HAVING count(*) > 0) d),
counted AS MATERIALIZED (
  SELECT c.worker_number, sum(q.hours_hundredths)::int8 AS hours_hundredths, sum(q.piece_hundredths)::int8 AS piece_hundredths
  FROM candidate c JOIN attendance_quantity q ON q.worker_number = c.worker_number AND q.work_date BETWEEN c.first_date AND c.last_date
    AND q.project_code = :project_code
  WHERE c.pay_unit IN ('HOUR', 'PIECE') GROUP BY c.worker_number),
frozen AS (
  INSERT INTO frozen_worker (project_code, month, worker_number, day_hundredths, attended_days, first_date, days_text, agreement_code,
                             employment_kind, pay_unit, rate_fen, sex, is_local, priority_groups, hours_hundredths, piece_hundredths,
                             whole_mask, part_mask)
  SELECT :project_code, :month, d.worker_number, d.day_hundredths, d.attended_days, d.first_day, d.days_text, d.agreement_code,
         d.employment_kind, d.pay_unit, d.rate_fen, w.sex, coalesce(left(w.home_division_code, 6) = left(p.division_code, 6), false),
         ARRAY(SELECT g.priority_group FROM worker_group g WHERE g.worker_number = d.worker_number AND g.valid_from_date <= d.first_day
                 AND coalesce(g.valid_to_date, 'infinity') >= d.first_day ORDER BY g.priority_group),
         coalesce(c.hours_hundredths, 0), coalesce(c.piece_hundredths, 0), d.whole_mask, d.part_mask
  FROM attended d JOIN worker w USING (worker_number) JOIN project p ON p.project_code = :project_code
  LEFT JOIN counted c ON c.worker_number = d.worker_number
  RETURNING worker_number, worker_number || '|' || days_text || '|' || agreement_code || '|' || pay_unit || '|' || rate_fen
    || CASE WHEN hours_hundredths > 0 OR piece_hundredths > 0 THEN '|h' || hours_hundredths || '|p' || piece_hundredths ELSE '' END AS canonical_text)
SELECT c.worker_number, f.canonical_text, s.running_digest
FROM candidate c CROSS JOIN sealing s LEFT JOIN frozen f USING (worker_number)
ORDER BY c.worker_number
