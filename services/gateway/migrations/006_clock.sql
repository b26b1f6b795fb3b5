-- Two clocks of a report: until when it may still be entered, and until when it counts as on time. Both come from dated policy, from the
-- calendar of working days (weekends worked in exchange included) and from what the office granted to a single unit.
CREATE TABLE calendar_day (
  day_date date PRIMARY KEY,
  calendar_year int4 NOT NULL,
  day_kind text NOT NULL CHECK (day_kind IN ('HOLIDAY', 'WORKDAY'))
);
CREATE INDEX calendar_day_by_year ON calendar_day (calendar_year);

-- The n-th working day behind a day, before it when n is negative; the day itself for 0.
CREATE FUNCTION working_days_from(day date, days int4) RETURNS date LANGUAGE sql STABLE AS
$$SELECT CASE WHEN days = 0 THEN day ELSE (
    SELECT d::date FROM generate_series(1, 2 * abs(days) + 30) AS far CROSS JOIN LATERAL (SELECT day + sign(days)::int4 * far AS d) AS s
      LEFT JOIN calendar_day c ON c.day_date = s.d
    WHERE coalesce(c.day_kind = 'WORKDAY', extract(isodow FROM s.d) < 6) ORDER BY far OFFSET abs(days) - 1 LIMIT 1) END$$;

-- What holds from a day on. The first row says what held before there was policy data: the quarter's last day, no grace (R188).
CREATE TABLE reporting_policy (
  valid_from date PRIMARY KEY,
  due_on_working_day bool NOT NULL,      -- a due day that is none moves to the next working day
  grace_days int4 NOT NULL CHECK (grace_days BETWEEN 0 AND 60),
  grace_in_working_days bool NOT NULL,
  close_after_days int4 CHECK (close_after_days BETWEEN 0 AND 366), -- NULL: as the node's setting says
  remind_before_days int4[] NOT NULL,    -- working days before the due day
  remind_every_days int4 NOT NULL CHECK (remind_every_days BETWEEN 1 AND 60), -- working days between two reminders of what is late
  basis_note text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL
);
INSERT INTO reporting_policy VALUES ('2020-01-01', false, 0, false, NULL, '{10,3,1}', 5, 'R188', 'system', '2020-01-01 00:00:00+08');

ALTER TABLE quarter ADD COLUMN grace_in_working_days bool NOT NULL DEFAULT false, ADD COLUMN close_after_days int4,
  ADD COLUMN reopened_until date, ADD COLUMN reopen_reason text,
  ADD COLUMN parent_on_time_until date; -- on a child node: the day that its parent says

-- More time for one unit. Each reaches farther than the one before it; it ends by itself.
CREATE TABLE report_extension (
  quarter text NOT NULL REFERENCES quarter (quarter),
  unit_id text NOT NULL,
  extension_number int4 NOT NULL,
  until_date date NOT NULL,
  extension_reason text NOT NULL,
  granted_by text NOT NULL,
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (quarter, unit_id, extension_number)
);

-- The last day on time as it is for everybody, and how far the extensions of one unit reach. greatest() leaves out what is NULL.
CREATE FUNCTION on_time_by(parent_until date, due date, grace int4, in_working_days bool) RETURNS date LANGUAGE sql STABLE AS
$$SELECT coalesce(parent_until, CASE WHEN in_working_days THEN working_days_from(due, grace) ELSE due + grace END)$$;
CREATE FUNCTION extended_until(the_quarter text, the_unit text) RETURNS date LANGUAGE sql STABLE AS
$$SELECT max(e.until_date) FROM report_extension e WHERE e.quarter = the_quarter AND e.unit_id = the_unit$$;
CREATE VIEW quarter_clock AS
SELECT c.*, greatest(on_time_until + close_after_days, CASE WHEN close_after_days IS NOT NULL THEN extended_until END, reopened_until)
  AS enter_until
FROM (SELECT q.quarter, q.due_date, q.grace_days, q.quarter_state, q.close_after_days, q.reopened_until, q.parent_on_time_until,
    on_time_by(q.parent_on_time_until, q.due_date, q.grace_days, q.grace_in_working_days) AS on_time_until,
    (SELECT max(e.until_date) FROM report_extension e WHERE e.quarter = q.quarter) AS extended_until
  FROM quarter q) c;
CREATE FUNCTION unit_on_time(the_quarter text, the_unit text) RETURNS date LANGUAGE sql STABLE AS
$$SELECT greatest(c.on_time_until, extended_until(the_quarter, the_unit)) FROM quarter_clock c WHERE c.quarter = the_quarter$$;

-- Working days behind a day up to another.
CREATE FUNCTION working_days_between(after_day date, last_day date) RETURNS int4 LANGUAGE sql STABLE AS
$$SELECT count(*)::int4 FROM generate_series(after_day + 1, last_day, interval '1 day') d LEFT JOIN calendar_day c ON c.day_date = d::date
  WHERE coalesce(c.day_kind = 'WORKDAY', extract(isodow FROM d) < 6)$$;
