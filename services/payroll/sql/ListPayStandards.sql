-- ListPayStandardsRequest -> PayStandardPage.rows[]
SELECT post_name || ' ' || valid_from_date AS page_key, project_code, post_name, pay_unit, rate_fen, valid_from_date
FROM pay_standard WHERE project_code = :project_code AND post_name || ' ' || valid_from_date > coalesce(:page_token, '')
ORDER BY post_name || ' ' || valid_from_date LIMIT :call.limit
