-- ListTaskAssignmentsRequest -> ListTaskAssignmentsReply.rows[]
SELECT t.task_code, t.task_name, (SELECT array_agg(a.unit_id ORDER BY a.unit_id) FROM task_assignment a WHERE a.task_code = t.task_code) AS unit_ids,
  t.basis_note, t.task_code AS page_key
FROM policy_task t
WHERE (:unit_id IS NULL OR EXISTS (SELECT 1 FROM task_assignment a WHERE a.task_code = t.task_code AND a.unit_id = :unit_id))
  AND (:page_token IS NULL OR t.task_code > :page_token)
ORDER BY t.task_code LIMIT :call.limit
