-- ListDayRulesRequest -> ListDayRulesReply.rows[]
SELECT valid_from AS valid_from_date, least_minutes, day_hundredths, source_note, valid_from || '|' || least_minutes AS page_key
FROM day_rule
WHERE (valid_from, least_minutes) > (coalesce(split_part(:page_token, '|', 1)::date, '-infinity'), coalesce(split_part(:page_token, '|', 2)::int4, 0))
ORDER BY valid_from, least_minutes
LIMIT :call.limit
