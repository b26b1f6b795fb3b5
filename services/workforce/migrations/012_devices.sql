-- Devices at the gate, their passes, the days drawn from them, and the repair of days they did not see whole.
CREATE TABLE device (
  project_code  text COLLATE "C" NOT NULL,
  device_code   text COLLATE "C" NOT NULL,
  device_name   text NOT NULL,
  place_note    text,
  pass_means    text NOT NULL,
  device_state  text NOT NULL CHECK (device_state IN ('ACTIVE', 'RETIRED')),
  registered_by text NOT NULL,
  registered_date date NOT NULL,
  retired_date  date,
  retire_reason text,
  last_heard_at timestamptz,
  drift_seconds int8,               -- when last heard
  pass_count    int4 NOT NULL,
  PRIMARY KEY (project_code, device_code)
);
CREATE UNIQUE INDEX device_active ON device (device_code) WHERE device_state = 'ACTIVE'; -- one device, one gate
CREATE TABLE device_pass (
  project_code   text COLLATE "C" NOT NULL,
  device_code    text COLLATE "C" NOT NULL,
  pass_code      text COLLATE "C" NOT NULL,
  worker_number  int8 NOT NULL,
  pass_direction text NOT NULL CHECK (pass_direction IN ('ENTRY', 'EXIT')),
  passed_at      timestamptz NOT NULL,
  received_at    timestamptz NOT NULL,
  drift_seconds  int8 NOT NULL,
  pass_means     text NOT NULL,
  pass_state     text NOT NULL CHECK (pass_state IN ('CLEAR', 'BLURRED', 'DEVICE_CLOCK', 'NOT_KNOWN')),
  offline        bool NOT NULL,
  PRIMARY KEY (project_code, device_code, pass_code)
);
CREATE INDEX device_pass_time ON device_pass (project_code, passed_at, worker_number);
CREATE TABLE device_day (
  project_code   text COLLATE "C" NOT NULL,
  work_date      date NOT NULL,
  worker_number  int8 NOT NULL,
  paired_minutes int4 NOT NULL,
  pair_count     int4 NOT NULL,
  unpaired_count int4 NOT NULL,
  drawn_hundredths int4 NOT NULL,
  drawn_at       timestamptz NOT NULL,
  PRIMARY KEY (project_code, work_date, worker_number)
);
CREATE TABLE attendance_repair (
  project_code  text COLLATE "C" NOT NULL,
  work_date     date NOT NULL,
  worker_number int8 NOT NULL,
  repair_kind   text NOT NULL CHECK (repair_kind IN ('NO_NETWORK', 'BLURRED', 'DEVICE_CLOCK', 'UNPAIRED', 'DIFFERS', 'NOT_ADMITTED')),
  repair_state  text NOT NULL CHECK (repair_state IN ('OPEN', 'PROPOSED', 'REPAIRED')),
  repair_note   text NOT NULL,
  opened_by     text NOT NULL,
  opened_at     timestamptz NOT NULL,
  proposed_hundredths int4,
  repair_reason text,
  proposed_by   text,
  decided_by    text,
  decided_at    timestamptz,
  decide_note   text,
  PRIMARY KEY (project_code, work_date, worker_number)
);
-- Sealing looks for these, and who mends them lists them.
CREATE INDEX attendance_repair_open ON attendance_repair (project_code, work_date, worker_number) WHERE repair_state <> 'REPAIRED';

CREATE TABLE day_rule (
  valid_from     date NOT NULL,
  least_minutes  int4 NOT NULL CHECK (least_minutes > 0),
  day_hundredths int4 NOT NULL CHECK (day_hundredths BETWEEN 1 AND 100),
  source_note    text NOT NULL,
  PRIMARY KEY (valid_from, least_minutes)
);
INSERT INTO day_rule VALUES
  ('2020-01-01', 210, 50, '默认: 半日'),
  ('2020-01-01', 420, 100, '默认: 满7小时为一个工日');
INSERT INTO policy VALUES
  ('device_drift_seconds', '2020-01-01', 300, '默认: 设备时钟与服务器相差超过5分钟不可信'),
  ('device_late_days', '2020-01-01', 45, '默认: 离线记录最迟补传天数'),
  ('pass_repeat_seconds', '2020-01-01', 60, '默认: 同向重复刷识别间隔'),
  ('pass_span_minutes', '2020-01-01', 960, '默认: 一次进出最长16小时'),
  ('repair_second_NO_NETWORK', '2020-01-01', 1, '默认: 须第二人确认'),
  ('repair_second_BLURRED', '2020-01-01', 1, '默认: 须第二人确认'),
  ('repair_second_DEVICE_CLOCK', '2020-01-01', 1, '默认: 须第二人确认'),
  ('repair_second_UNPAIRED', '2020-01-01', 1, '默认: 须第二人确认'),
  ('repair_second_DIFFERS', '2020-01-01', 1, '默认: 须第二人确认'),
  ('repair_second_NOT_ADMITTED', '2020-01-01', 1, '默认: 须第二人确认');
-- The day of a moment, by the clock on the wall.
CREATE FUNCTION china_date(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$SELECT ($1 AT TIME ZONE interval '8 hours')::date$$;
CREATE FUNCTION china_midnight(day date) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$SELECT $1::timestamp AT TIME ZONE interval '8 hours'$$;

-- The clear passes of a project around a day with their partners: an entry with the exit that follows it, within the longest span. A second
-- pass the same way within a minute is the same pass.
CREATE FUNCTION day_passes(of_project text, day date) RETURNS TABLE (device_code text, pass_code text, worker_number int8, pass_direction text,
  passed_at timestamptz, paired bool, paired_minutes int4, pass_date date) LANGUAGE sql STABLE AS $$
WITH rule AS (SELECT policy_on('pass_repeat_seconds', $2) * interval '1 second' AS repeat, policy_on('pass_span_minutes', $2) * interval '1 minute' AS span),
clear AS (
  SELECT p.*, lag(p.pass_direction) OVER w AS former_direction, lag(p.passed_at) OVER w AS former_at
  FROM device_pass p, rule
  WHERE p.project_code = $1 AND p.pass_state = 'CLEAR' AND p.passed_at >= china_midnight($2) - rule.span AND p.passed_at < china_midnight($2 + 1) + rule.span
  WINDOW w AS (PARTITION BY p.worker_number ORDER BY p.passed_at, p.device_code, p.pass_code)),
single AS (
  SELECT c.* FROM clear c, rule WHERE NOT coalesce(c.former_direction = c.pass_direction AND c.passed_at - c.former_at <= rule.repeat, false)),
neighboured AS (
  SELECT s.*, lead(s.pass_direction) OVER w AS next_direction, lead(s.passed_at) OVER w AS next_at, lag(s.pass_direction) OVER w AS last_direction,
         lag(s.passed_at) OVER w AS last_at
  FROM single s WINDOW w AS (PARTITION BY s.worker_number ORDER BY s.passed_at, s.device_code, s.pass_code)),
judged AS (
  SELECT n.*, CASE pass_direction WHEN 'ENTRY' THEN coalesce(next_direction = 'EXIT' AND next_at - passed_at <= rule.span, false)
              ELSE coalesce(last_direction = 'ENTRY' AND passed_at - last_at <= rule.span, false) END AS is_paired
  FROM neighboured n, rule)
SELECT device_code, pass_code, worker_number, pass_direction, passed_at, is_paired,
       CASE WHEN is_paired AND pass_direction = 'ENTRY' THEN (extract(epoch FROM next_at - passed_at) / 60)::int4 END,
       CASE WHEN is_paired AND pass_direction = 'EXIT' THEN china_date(last_at) ELSE china_date(passed_at) END
FROM judged
$$;

-- Makes the worker's day on the project what was decided; what stood there before is kept as a correction.
CREATE FUNCTION set_day(of_project text, day date, worker int8, part int4, reason text, who text, moment timestamptz) RETURNS int4
LANGUAGE plpgsql AS $$
DECLARE former int4;
BEGIN
  SELECT day_hundredths INTO former FROM attendance a WHERE a.project_code = of_project AND a.work_date = day AND a.worker_number = worker;
  IF former IS NOT DISTINCT FROM part OR (former IS NULL AND part = 0) THEN RETURN part; END IF;
  IF former IS NULL THEN
    INSERT INTO attendance (project_code, work_date, worker_number, day_hundredths) VALUES (of_project, day, worker, part);
    RETURN part;
  END IF;
  INSERT INTO attendance_correction (project_code, work_date, worker_number, correction_number, former_hundredths, corrected_hundredths,
                                     correction_reason, corrected_by, corrected_at)
  SELECT of_project, day, worker, 1 + count(*), former, part, reason, who, moment
  FROM attendance_correction c WHERE c.project_code = of_project AND c.work_date = day AND c.worker_number = worker;
  IF part = 0 THEN
    DELETE FROM attendance a WHERE a.project_code = of_project AND a.work_date = day AND a.worker_number = worker;
  ELSE
    UPDATE attendance a SET day_hundredths = part WHERE a.project_code = of_project AND a.work_date = day AND a.worker_number = worker;
  END IF;
  RETURN part;
END$$;
-- Why a day cannot be made so, when an entry may stand already.
CREATE FUNCTION day_refusals(of_project text, day date, worker int8, part int4, today date)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) LANGUAGE sql STABLE AS $$
  SELECT r.refusal, CASE WHEN r.refusal_path = 'day_hundredths' THEN 'proposed_hundredths' ELSE r.refusal_path END, r.refusal_detail
  FROM attendance_refusals($1, ARRAY[$3], ARRAY[$2], ARRAY[$4], $5, false) r
  WHERE $4 > 0 AND r.refusal <> 'ATTENDANCE_EXISTS'
  UNION ALL
  SELECT c.rule, 'work_date', c.month FROM closed_month c WHERE $4 = 0 AND c.project_code = $1 AND $2 BETWEEN c.first_date AND c.last_date
  UNION ALL
  SELECT 'OVER_ONE_DAY', 'proposed_hundredths', sum(a.day_hundredths) || ' + ' || $4 || ' > 100' FROM attendance a
  WHERE $4 > 0 AND a.worker_number = $3 AND a.work_date = $2 AND a.project_code <> $1
    AND EXISTS (SELECT 1 FROM attendance h WHERE h.project_code = $1 AND h.work_date = $2 AND h.worker_number = $3)
  HAVING sum(a.day_hundredths) + $4 > 100
  UNION ALL
  SELECT 'QUANTITY_STANDS', 'work_date', NULL FROM attendance_quantity q
  WHERE $4 = 0 AND q.project_code = $1 AND q.work_date = $2 AND q.worker_number = $3
$$;
