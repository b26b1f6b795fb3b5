-- ListQuartersRequest -> QuarterPage.rows[]
SELECT quarter, due_date, grace_days, quarter_state, (SELECT count(*)::int4 FROM quarter_unit e WHERE e.quarter = q.quarter) AS expected_count,
  on_time_until AS on_time_until_date, extended_until AS extended_until_date, enter_until AS enter_until_date, quarter AS page_key
FROM quarter_clock q WHERE quarter > coalesce(:page_token, '') ORDER BY quarter LIMIT :call.limit
