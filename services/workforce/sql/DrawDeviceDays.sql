-- DrawDeviceDaysRequest -> DrawDeviceDaysReply
-- Pairs make minutes, minutes make a part of a day by the rule of that day. Who has an unpaired pass, a repair under way, a different entry,
-- or whom a rule does not admit, gets a repair and no entry: nobody's day is lost in silence.
WITH problem AS MATERIALIZED (
  SELECT 'DAY_NOT_OVER' AS refusal, 'work_date' AS refusal_path, :call.today::text AS refusal_detail WHERE :work_date >= :call.today
  UNION ALL
  SELECT rule, 'work_date', month FROM closed_month WHERE project_code = :project_code AND first_date <= :work_date AND last_date >= :work_date
  UNION ALL
  SELECT 'PROJECT_TAKES_NO_ATTENDANCE', 'project_code', (SELECT project_state FROM project WHERE project_code = :project_code)
  WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = :project_code AND p.takes_attendance)),
seen AS MATERIALIZED (
  SELECT worker_number, coalesce(sum(paired_minutes), 0)::int4 AS minutes, count(paired_minutes)::int4 AS pairs, count(*) FILTER (WHERE NOT paired)::int4 AS unpaired,
         string_agg(CASE WHEN NOT paired THEN pass_direction || ' ' || to_char(passed_at AT TIME ZONE interval '8 hours', 'HH24:MI') END, ', ' ORDER BY passed_at) AS loose
  FROM day_passes(:project_code, :work_date) WHERE pass_date = :work_date AND NOT EXISTS (SELECT 1 FROM problem)
  GROUP BY worker_number),
part AS MATERIALIZED (
  SELECT s.*, coalesce((SELECT r.day_hundredths FROM day_rule r
                        WHERE r.valid_from = (SELECT max(valid_from) FROM day_rule WHERE valid_from <= :work_date) AND r.least_minutes <= s.minutes
                        ORDER BY r.least_minutes DESC LIMIT 1), 0) AS hundredths,
         t.day_hundredths::int4 AS standing, (row_number() OVER (ORDER BY s.worker_number) - 1)::int4 AS i
  FROM seen s LEFT JOIN attendance t ON t.project_code = :project_code AND t.work_date = :work_date AND t.worker_number = s.worker_number),
listed AS MATERIALIZED (
  SELECT array_agg(worker_number ORDER BY i) AS workers, array_agg(greatest(hundredths, 1) ORDER BY i) AS parts, array_agg(:work_date::date) AS dates FROM part),
refused AS MATERIALIZED (
  SELECT split_part(split_part(r.refusal_path, '[', 2), ']', 1)::int4 AS i, string_agg(r.refusal, ' ' ORDER BY r.refusal) AS reasons
  FROM listed CROSS JOIN LATERAL attendance_refusals(:project_code, workers, dates, parts, :call.today, true) r
  WHERE workers IS NOT NULL AND r.refusal <> 'ATTENDANCE_EXISTS' AND r.refusal_path LIKE 'lines[%' GROUP BY 1),
judged AS MATERIALIZED (
  SELECT p.*, r.reasons, a.repair_state,
         CASE WHEN a.repair_state IS NOT NULL THEN NULL
              WHEN p.unpaired > 0 THEN 'UNPAIRED'
              WHEN p.hundredths = 0 THEN NULL
              WHEN p.standing IS NOT NULL AND p.standing <> p.hundredths THEN 'DIFFERS'
              WHEN p.standing IS NULL AND r.reasons IS NOT NULL THEN 'NOT_ADMITTED' END AS needs
  FROM part p LEFT JOIN refused r USING (i)
  LEFT JOIN attendance_repair a ON a.project_code = :project_code AND a.work_date = :work_date AND a.worker_number = p.worker_number),
kept AS (
  INSERT INTO device_day (project_code, work_date, worker_number, paired_minutes, pair_count, unpaired_count, drawn_hundredths, drawn_at)
  SELECT :project_code, :work_date, worker_number, minutes, pairs, unpaired, hundredths, :call.now FROM judged
  ON CONFLICT (project_code, work_date, worker_number) DO UPDATE SET paired_minutes = excluded.paired_minutes, pair_count = excluded.pair_count,
    unpaired_count = excluded.unpaired_count, drawn_hundredths = excluded.drawn_hundredths, drawn_at = excluded.drawn_at),
recorded AS (
  INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths)
  SELECT :project_code, :work_date, worker_number, hundredths FROM judged
  WHERE needs IS NULL AND repair_state IS NULL AND standing IS NULL AND hundredths > 0
  RETURNING day_hundredths),
opened AS (
  INSERT INTO attendance_repair (project_code, work_date, worker_number, repair_kind, repair_state, repair_note, opened_by, opened_at)
  SELECT :project_code, :work_date, worker_number, needs, 'OPEN',
         CASE needs WHEN 'UNPAIRED' THEN loose WHEN 'DIFFERS' THEN standing || ' <> ' || hundredths ELSE reasons END, :call.principal, :call.now
  FROM judged WHERE needs IS NOT NULL
  RETURNING worker_number)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, (SELECT count(*) FROM recorded)::int4 AS recorded_count,
       (SELECT coalesce(sum(day_hundredths), 0) FROM recorded)::int8 AS total_hundredths,
       (SELECT count(*) FROM judged WHERE standing = hundredths AND needs IS NULL)::int4 AS agreeing_count, (SELECT count(*) FROM opened)::int4 AS repair_count,
       (SELECT count(*) FROM judged WHERE hundredths = 0 AND unpaired = 0)::int4 AS too_short_count
WHERE NOT EXISTS (SELECT 1 FROM problem)
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
