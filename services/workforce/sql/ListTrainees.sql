-- ListTraineesRequest -> ListTraineesReply.rows[]
SELECT worker_number, signed_in, exam_passed, certificate_code, skill_level_before, skill_level_after, worker_number::text AS page_key
FROM trainee
WHERE project_code = :project_code AND training_code = :training_code AND worker_number > coalesce(:page_token, '-1')::int8
ORDER BY worker_number
LIMIT :call.limit
