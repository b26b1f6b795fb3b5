-- ListPersonDaysRequest -> PersonDaysPage.rows[]
SELECT encode(worker_token, 'hex') || ' ' || project_code AS page_key, worker_token, project_code, month, days_text, day_hundredths
FROM attended
WHERE month = :month AND (:worker_token IS NULL OR worker_token = :worker_token)
  AND (:page_token IS NULL OR (worker_token, project_code) > (decode(split_part(:page_token, ' ', 1), 'hex'), split_part(:page_token, ' ', 2)))
ORDER BY worker_token, project_code LIMIT :call.limit
