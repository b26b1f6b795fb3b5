-- ListUpperQuartersRequest -> UpperQuarterPage.rows[]
SELECT quarter, due_date, quarter_state, on_time_until AS on_time_until_date, quarter AS page_key FROM upper_quarter
WHERE quarter > coalesce(:page_token, '') ORDER BY quarter LIMIT :call.limit
