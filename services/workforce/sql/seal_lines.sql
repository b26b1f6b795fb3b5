-- SealLinesRequest -> SealLinesReply.rows[]
SELECT worker_number, worker_number || '|' || days_text || '|' || agreement_code || '|' || pay_unit || '|' || rate_fen
       || CASE WHEN hours_hundredths > 0 OR piece_hundredths > 0 THEN '|h' || hours_hundredths || '|p' || piece_hundredths ELSE '' END
       AS canonical_text
FROM sealed_worker
WHERE project_code = :project_code AND month = :month AND worker_number > coalesce(:after_worker_number, -1)
ORDER BY worker_number
LIMIT 1000
