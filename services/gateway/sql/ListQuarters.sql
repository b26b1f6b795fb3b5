-- ListQuartersRequest -> QuarterPage.rows[]
SELECT quarter, due_date, grace_days, quarter_state, (SELECT count(*)::int4 FROM quarter_unit e WHERE e.quarter = q.quarter) AS expected_count,
  quarter AS page_key
FROM quarter q WHERE quarter > coalesce(:page_token, '') ORDER BY quarter LIMIT :call.limit
