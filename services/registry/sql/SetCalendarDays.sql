-- SetCalendarDaysRequest -> SetCalendarDaysReply
-- One notice rules a whole year. A working day by exchange is a day of a weekend; a weekday is one anyway.
WITH given AS (
  SELECT g.*, format('rows[%s].', place - 1) AS path FROM unnest(:rows.day_date, :rows.day_kind, :rows.day_name)
    WITH ORDINALITY AS g(day_date, day_kind, day_name, place)
),
problem AS (
  SELECT 'DAY_OUTSIDE_YEAR' AS refusal, path || 'day_date' AS refusal_path, day_date::text AS refusal_detail FROM given
    WHERE extract(year FROM day_date)::int4 <> :calendar_year
  UNION ALL SELECT 'DAY_TWICE', format('rows[%s].day_date', max(place) - 1), day_date::text FROM given GROUP BY day_date HAVING count(*) > 1
  UNION ALL SELECT 'WORKDAY_IS_WEEKDAY', path || 'day_kind', day_date::text FROM given WHERE day_kind = 'WORKDAY' AND extract(isodow FROM day_date) < 6
),
gone AS (
  DELETE FROM calendar_day c WHERE c.calendar_year = :calendar_year AND NOT EXISTS (SELECT 1 FROM given g WHERE g.day_date = c.day_date)
    AND NOT EXISTS (SELECT 1 FROM problem)
),
kept AS (
  INSERT INTO calendar_day (day_date, calendar_year, day_kind, day_name, source_note, set_by, set_on)
  SELECT day_date, :calendar_year, day_kind, day_name, :source_note, :call.principal, :call.today FROM given WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (day_date) DO UPDATE SET day_kind = excluded.day_kind, day_name = excluded.day_name, source_note = excluded.source_note,
    set_by = excluded.set_by, set_on = excluded.set_on
  RETURNING 1
),
changed AS (
  SELECT :calendar_year AS calendar_year, (SELECT count(*) FROM kept)::int4 AS day_count WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
