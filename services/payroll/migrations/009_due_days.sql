-- Due days by the calendar: the agreed day of the month, before a holiday when it falls on one (Reg. 724 art. 14: earlier, never later).
CREATE TABLE calendar_day (
  day_date      date NOT NULL PRIMARY KEY,
  calendar_year int4 NOT NULL,
  day_kind      text NOT NULL CHECK (day_kind IN ('HOLIDAY', 'WORKDAY'))
);
CREATE INDEX calendar_day_by_year ON calendar_day (calendar_year);
-- The day as agreed, before the calendar moved it; NULL on sheets drawn before this.
ALTER TABLE wage_sheet ADD COLUMN agreed_due_date date;
CREATE INDEX wage_sheet_unsettled ON wage_sheet (due_date) WHERE settled_date IS NULL AND sheet_state <> 'VOID';

-- The last working day up to a day: a weekday that is no holiday, or a weekend day worked in exchange.
CREATE FUNCTION working_day_by(day date) RETURNS date LANGUAGE sql STABLE AS
$$SELECT max(d)::date FROM generate_series(day - 30, day, interval '1 day') d LEFT JOIN calendar_day c ON c.day_date = d::date
  WHERE coalesce(c.day_kind = 'WORKDAY', extract(isodow FROM d) < 6)$$;

-- The agreed day in the month so many months after the month of work; its last day when none is agreed or the month is shorter.
CREATE FUNCTION agreed_pay_date(month text, months int8, pay_day int4) RETURNS date LANGUAGE sql IMMUTABLE AS
$$SELECT first_day + least(coalesce(nullif(pay_day, 0), 31), (first_day + interval '1 month' - interval '1 day')::date - first_day + 1) - 1
  FROM (SELECT ((month || '-01')::date + make_interval(months => months::int4))::date AS first_day) AS m$$;
CREATE OR REPLACE FUNCTION pay_due_date(month text, months int8) RETURNS date LANGUAGE sql STABLE AS
$$SELECT working_day_by(agreed_pay_date(month, months, NULL))$$;

-- After the calendar has changed: what is not settled yet is due by the new one. VOLATILE: called over the rows of a data-modifying CTE it
-- sees what that CTE has just done.
CREATE FUNCTION move_due_dates(changed_year int4, changed_count int8) RETURNS int8 LANGUAGE sql VOLATILE AS
$$WITH moved AS (
    UPDATE wage_sheet w SET due_date = working_day_by(coalesce(w.agreed_due_date, w.due_date))
    WHERE w.settled_date IS NULL AND w.sheet_state <> 'VOID' AND w.due_date BETWEEN make_date(changed_year - 1, 12, 1) AND make_date(changed_year + 1, 1, 31)
      AND w.due_date <> working_day_by(coalesce(w.agreed_due_date, w.due_date)) AND changed_count >= 0
    RETURNING 1)
  SELECT count(*) FROM moved$$;
