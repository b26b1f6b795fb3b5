-- Holidays and the weekends worked in exchange, by the State Council's notice of each year.
CREATE TABLE calendar_day (
  day_date      date NOT NULL PRIMARY KEY,
  calendar_year int4 NOT NULL,
  day_kind      text NOT NULL CHECK (day_kind IN ('HOLIDAY', 'WORKDAY')),
  day_name      text NOT NULL,
  source_note   text NOT NULL,
  set_by        text NOT NULL,
  set_on        date NOT NULL
);
CREATE INDEX calendar_day_by_year ON calendar_day (calendar_year, day_date);
