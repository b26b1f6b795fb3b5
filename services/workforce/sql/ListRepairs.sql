-- ListRepairsRequest -> ListRepairsReply.rows[]
SELECT project_code, work_date, worker_number, repair_kind, repair_state, repair_note, proposed_hundredths, repair_reason, proposed_by, decided_by,
       decide_note, work_date || '|' || worker_number AS page_key
FROM attendance_repair
WHERE project_code = :project_code AND (:repair_state IS NULL OR repair_state = :repair_state)
  AND (:month IS NULL OR work_date >= (:month || '-01')::date AND work_date < ((:month || '-01')::date + interval '1 month')::date)
  AND (work_date, worker_number) > (coalesce(split_part(:page_token, '|', 1)::date, '-infinity'), coalesce(split_part(:page_token, '|', 2)::int8, 0))
ORDER BY work_date, worker_number
LIMIT :call.limit
