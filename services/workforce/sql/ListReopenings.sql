-- ListReopeningsRequest -> ListReopeningsReply.rows[]
SELECT project_code, month, reopening_number, reopen_state, reopen_reason, requested_by, requested_at AS requested_at_us, former_digest,
       former_worker_count, former_hundredths, decided_by, decided_at AS decided_at_us, decide_note, month || '|' || reopening_number AS page_key
FROM reopening
WHERE project_code = :project_code
  AND (month, reopening_number) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2)::int4, 0))
ORDER BY month, reopening_number
LIMIT :call.limit
