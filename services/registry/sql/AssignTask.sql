-- AssignTaskRequest -> AssignTaskReply
WITH problem AS (
  SELECT 'UNKNOWN_UNIT' AS refusal, format('unit_ids[%s]', l.place - 1) AS refusal_path, l.unit_id AS refusal_detail
  FROM unnest(:unit_ids) WITH ORDINALITY l (unit_id, place) WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = l.unit_id AND u.active)
), task AS (
  INSERT INTO policy_task (task_code, task_name, basis_note) SELECT :task_code, :task_name, :basis_note WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (task_code) DO UPDATE SET task_name = excluded.task_name, basis_note = excluded.basis_note RETURNING task_code
), dropped AS (
  DELETE FROM task_assignment a USING task WHERE a.task_code = task.task_code AND a.unit_id <> ALL (:unit_ids)
), assigned AS (
  INSERT INTO task_assignment (task_code, unit_id) SELECT DISTINCT task.task_code, l.unit_id FROM task, unnest(:unit_ids) l (unit_id)
  ON CONFLICT DO NOTHING
)
SELECT problem.*, task.task_code, (SELECT count(DISTINCT l.unit_id)::int4 FROM unnest(:unit_ids) l (unit_id)) AS unit_count
FROM problem FULL JOIN task ON false
