-- ListDisputesRequest -> ListDisputesReply.rows[]
SELECT project_code, worker_number, work_date, dispute_note, dispute_state, settle_note, work_date || '|' || worker_number AS page_key
FROM attendance_dispute
WHERE project_code = :project_code AND (:dispute_state IS NULL OR dispute_state = :dispute_state)
  AND (work_date, worker_number) > (coalesce(split_part(:page_token, '|', 1)::date, '-infinity'), coalesce(split_part(:page_token, '|', 2)::int8, 0))
ORDER BY work_date, worker_number
LIMIT :call.limit
