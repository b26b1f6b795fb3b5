-- CalendarDaysChanged -> Nothing
WITH given AS (
  SELECT day_date, day_kind FROM unnest(:rows.day_date, :rows.day_kind) AS g(day_date, day_kind) WHERE day_date IS NOT NULL),
gone AS (
  DELETE FROM calendar_day c WHERE c.calendar_year = :calendar_year AND NOT EXISTS (SELECT 1 FROM given g WHERE g.day_date = c.day_date))
INSERT INTO calendar_day (day_date, calendar_year, day_kind) SELECT day_date, :calendar_year, day_kind FROM given
ON CONFLICT (day_date) DO UPDATE SET day_kind = excluded.day_kind
