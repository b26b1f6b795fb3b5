-- ListMinimumWagesRequest -> MinimumWagePage.rows[]
SELECT division_code || ' ' || valid_from_date AS page_key, division_code, valid_from_date, daily_fen, source_note
FROM minimum_wage
WHERE division_code || ' ' || valid_from_date > coalesce(:page_token, '') AND (:division_code IS NULL OR division_code = :division_code)
ORDER BY division_code || ' ' || valid_from_date LIMIT :call.limit
