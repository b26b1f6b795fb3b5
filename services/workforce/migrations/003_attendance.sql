-- Why entries of attendance cannot be recorded: all reasons, with their paths. Asked only when something was wrong, so that the good
-- case costs nothing for it; both RecordAttendance and RecordAttendanceBatch refuse by it.
CREATE FUNCTION attendance_refusals(of_project text, workers int8[], dates date[], parts int4[], today date, batch bool)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
  WITH line AS MATERIALIZED (
    SELECT l.worker, l.day, l.part, CASE WHEN batch THEN 'lines[' || l.n - 1 || '].' ELSE '' END AS at,
           a.agreement_code, a.safety_trained_date, a.key_post, a.briefed_date, t.taken, t.here,
           EXISTS (SELECT 1 FROM worker w WHERE w.worker_number = l.worker) AS registered
    FROM unnest(workers, dates, parts) WITH ORDINALITY AS l(worker, day, part, n)
    LEFT JOIN LATERAL (
      SELECT g.* FROM agreement g WHERE g.worker_number = l.worker AND g.project_code = of_project AND l.day BETWEEN g.start_date AND g.end_date
      LIMIT 1) a ON true
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(e.day_hundredths), 0)::int4 AS taken, coalesce(bool_or(e.project_code = of_project), false) AS here
      FROM attendance e WHERE e.worker_number = l.worker AND e.work_date = l.day) t)
  SELECT 'PROJECT_TAKES_NO_ATTENDANCE'::text, 'project_code'::text, (SELECT p.project_state FROM project p WHERE p.project_code = of_project)
  WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = of_project AND p.takes_attendance)
  UNION ALL
  SELECT 'FUTURE_DATE', at || 'work_date', day::text FROM line WHERE day > today
  UNION ALL
  SELECT 'MONTH_SEALED', at || 'work_date', s.month
  FROM line JOIN sealed_month s ON s.project_code = of_project AND day BETWEEN s.first_date AND s.last_date
  UNION ALL
  SELECT 'WORKER_UNKNOWN', at || 'worker_number', worker::text FROM line WHERE NOT registered
  UNION ALL
  SELECT 'NO_AGREEMENT', at || 'work_date', day::text FROM line WHERE registered AND agreement_code IS NULL
  UNION ALL
  SELECT 'NO_SAFETY_TRAINING', at || 'work_date', safety_trained_date::text
  FROM line WHERE agreement_code IS NOT NULL AND coalesce(safety_trained_date > day, true)
  UNION ALL
  SELECT 'NO_BRIEFING', at || 'work_date', briefed_date::text FROM line WHERE key_post AND coalesce(briefed_date > day, true)
  UNION ALL
  SELECT 'ATTENDANCE_EXISTS', at || 'work_date', day::text FROM line WHERE here
  UNION ALL
  SELECT 'OVER_ONE_DAY', at || 'day_hundredths', taken || ' + ' || part || ' > 100' FROM line WHERE NOT here AND taken + part > 100;
END$$;
