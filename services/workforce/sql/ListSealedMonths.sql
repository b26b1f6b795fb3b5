-- ListSealedMonthsRequest -> ListSealedMonthsReply.rows[]
SELECT project_code, month, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at AS sealed_at_us, sealed_by, reopening_number,
       month AS page_key
FROM sealed_month
WHERE project_code = :project_code AND month > coalesce(:page_token, '')
ORDER BY month
LIMIT :call.limit
