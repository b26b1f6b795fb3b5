-- ListCorrectionsRequest -> ListCorrectionsReply.rows[]
SELECT worker_number, work_date, correction_number, former_hundredths, corrected_hundredths, correction_reason, corrected_by,
       corrected_at AS corrected_at_us, work_date || '|' || worker_number || '|' || correction_number AS page_key
FROM attendance_correction
WHERE project_code = :project_code
  AND work_date >= (:month || '-01')::date AND work_date < ((:month || '-01')::date + interval '1 month')::date
  AND (work_date, worker_number, correction_number) > (coalesce(split_part(:page_token, '|', 1)::date, '-infinity'),
        coalesce(split_part(:page_token, '|', 2)::int8, 0), coalesce(split_part(:page_token, '|', 3)::int4, 0))
ORDER BY work_date, worker_number, correction_number
LIMIT :call.limit
