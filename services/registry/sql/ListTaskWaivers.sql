-- ListTaskWaiversRequest -> ListTaskWaiversReply.rows[]
-- The last round of each task that no row fits; a unit sees those of its own projects.
SELECT w.project_code, p.project_name, w.task_number, w.round_number, w.task_note, w.no_row_reason, w.waiver_state, w.asked_by, w.asked_date,
  w.decided_by, w.decision_note, w.project_code || '/' || w.task_number AS page_key
FROM task_waiver w JOIN project p USING (project_code)
JOIN project_task t ON (t.project_code, t.task_number) = (w.project_code, w.task_number) AND t.catalogue_seq IS NULL
WHERE NOT EXISTS (SELECT 1 FROM task_waiver later WHERE (later.project_code, later.task_number) = (w.project_code, w.task_number)
                  AND later.round_number > w.round_number)
  AND (:project_code IS NULL OR w.project_code = :project_code) AND (:waiver_state IS NULL OR w.waiver_state = :waiver_state)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = w.project_code AND y.unit_id = :call.unit))
  AND (:page_token IS NULL OR (w.project_code, w.task_number) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)::int4))
ORDER BY w.project_code, w.task_number LIMIT :call.limit
