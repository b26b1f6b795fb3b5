-- TasksChanged -> Nothing
-- The event holds all tasks of the project: what is not among them is gone.
WITH task AS MATERIALIZED (
  SELECT * FROM unnest(:rows.task_number, :rows.catalogue_seq, :rows.link_stage, :rows.task_note, :rows.offered_posts, :rows.planned_workers,
                       :rows.skill_kind, :rows.skill_level, :rows.training_required, :rows.work_from_date, :rows.work_to_date, :rows.division_code)
    AS t(task_number, catalogue_seq, link_stage, task_note, offered_posts, planned_workers, skill_kind, skill_level, training_required,
         work_from_date, work_to_date, division_code)),
gone AS (
  DELETE FROM project_task t WHERE t.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM task WHERE task.task_number = t.task_number))
INSERT INTO project_task (project_code, task_number, catalogue_seq, link_stage, task_note, offered_posts, planned_workers, skill_kind, skill_level,
                          training_required, work_from_date, work_to_date, division_code)
SELECT :project_code, task_number, catalogue_seq, link_stage, task_note, offered_posts, planned_workers, skill_kind, skill_level,
       coalesce(training_required, false), work_from_date, work_to_date, division_code
FROM task
ON CONFLICT (project_code, task_number) DO UPDATE SET catalogue_seq = excluded.catalogue_seq, link_stage = excluded.link_stage,
  task_note = excluded.task_note, offered_posts = excluded.offered_posts, planned_workers = excluded.planned_workers,
  skill_kind = excluded.skill_kind, skill_level = excluded.skill_level, training_required = excluded.training_required,
  work_from_date = excluded.work_from_date, work_to_date = excluded.work_to_date, division_code = excluded.division_code
