-- ListPayStandardsRequest -> PayStandardPage.rows[]
SELECT s.post_name || ' ' || s.valid_from_date AS page_key, s.project_code, s.post_name, s.pay_unit, s.rate_fen, s.valid_from_date, s.pay_cycle,
  daily_rate(s.pay_unit, s.rate_fen, pay_policy_on('MONTH_DAY_HUNDREDTHS', s.valid_from_date),
    pay_policy_on('WORKDAY_HOUR_HUNDREDTHS', s.valid_from_date)) AS daily_fen,
  daily_minimum_on(p.division_code, s.valid_from_date) AS minimum_daily_fen
FROM pay_standard s LEFT JOIN project p ON p.project_code = s.project_code
WHERE s.project_code = :project_code AND s.post_name || ' ' || s.valid_from_date > coalesce(:page_token, '')
ORDER BY s.post_name || ' ' || s.valid_from_date LIMIT :call.limit
