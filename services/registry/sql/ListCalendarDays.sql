-- ListCalendarDaysRequest -> CalendarDayPage.rows[]
SELECT day_date::text AS page_key, day_date, day_kind, day_name, source_note FROM calendar_day
WHERE (:calendar_year IS NULL OR calendar_year = :calendar_year) AND day_date > coalesce(:page_token, '0001-01-01')::date
ORDER BY day_date LIMIT :call.limit
