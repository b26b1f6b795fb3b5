-- AddTaskRequest -> AddTaskReply
-- The same number again replaces the task.
WITH project_now AS (SELECT p.*, catalogue_in_force(:call.today, p.division_code) AS version FROM project p WHERE p.project_code = :project_code),
picked AS (SELECT r.* FROM catalogue_row r, project_now p WHERE r.catalogue_version = p.version AND r.seq = :catalogue_seq),
borrowed AS (SELECT r.* FROM catalogue_row r, project_now p WHERE r.catalogue_version = p.version AND r.seq = :like_seq AND NOT r.borrows),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AddTask')
  UNION ALL
  SELECT 'NO_CATALOGUE', 'catalogue_seq', NULL FROM project_now p WHERE p.version IS NULL
  UNION ALL
  SELECT 'UNKNOWN_CATALOGUE_ROW', 'catalogue_seq', :catalogue_seq::text FROM project_now p
  WHERE p.version IS NOT NULL AND :catalogue_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM picked)
  UNION ALL
  SELECT 'CATALOGUE_ROW_MISSING', 'catalogue_seq', NULL FROM project_now WHERE :catalogue_seq IS NULL
    AND (:no_row_reason IS NULL OR :task_note IS NULL)
  UNION ALL
  SELECT 'LIKE_ROW_MISSING', 'like_seq', :like_seq::text FROM picked k WHERE k.borrows AND NOT EXISTS (SELECT 1 FROM borrowed)
  UNION ALL
  SELECT 'LIKE_ROW_NOT_ASKED', 'like_seq', :like_seq::text FROM picked k WHERE NOT k.borrows AND :like_seq IS NOT NULL
  UNION ALL
  SELECT 'FIELD_MISMATCH', 'catalogue_seq', k.field || ' / ' || p.field FROM picked k, project_now p WHERE k.field <> p.field
    AND p.field_waiver_reason IS NULL
  UNION ALL
  SELECT 'OWNER_CONFIRMATION_MISSING', 'owner_confirmed', NULL FROM picked k WHERE k.owner_defined AND :task_note IS NOT NULL AND NOT :owner_confirmed
  UNION ALL
  SELECT 'TASK_DATES', 'work_to_date', :work_from_date::date::text FROM project_now WHERE :work_to_date::date < :work_from_date::date
  UNION ALL
  SELECT 'TASK_ELSEWHERE', 'division_code', p.division_code FROM project_now p WHERE left(:division_code, 6) <> left(p.division_code, 6)
), placed AS (
  INSERT INTO project_task (project_code, task_number, catalogue_version, catalogue_seq, like_seq, link_stage, task_note, offered_posts,
    owner_confirmed, no_row_reason, guiding_bureau, planned_workers, planned_pay_fen, planned_trainees, skill_kind, skill_level, training_required,
    work_from, work_to, division_code)
  SELECT p.project_code, :task_number, p.version, :catalogue_seq, :like_seq, :link_stage, :task_note, :offered_posts, :owner_confirmed,
    :no_row_reason, coalesce((SELECT b.guiding_bureau FROM borrowed b), (SELECT k.guiding_bureau FROM picked k)), :planned_workers,
    :planned_pay_fen, :planned_trainees, :skill_kind, :skill_level, :training_required, :work_from_date::date, :work_to_date::date, :division_code
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, task_number) DO UPDATE SET catalogue_version = excluded.catalogue_version, catalogue_seq = excluded.catalogue_seq,
    like_seq = excluded.like_seq, link_stage = excluded.link_stage, task_note = excluded.task_note, offered_posts = excluded.offered_posts,
    owner_confirmed = excluded.owner_confirmed, no_row_reason = excluded.no_row_reason, guiding_bureau = excluded.guiding_bureau,
    planned_workers = excluded.planned_workers, planned_pay_fen = excluded.planned_pay_fen, planned_trainees = excluded.planned_trainees,
    skill_kind = excluded.skill_kind, skill_level = excluded.skill_level, training_required = excluded.training_required,
    work_from = excluded.work_from, work_to = excluded.work_to, division_code = excluded.division_code
  RETURNING project_code, task_number, catalogue_version, guiding_bureau
), withdrawn AS (
  UPDATE task_waiver w SET waiver_state = 'WITHDRAWN' FROM placed t
  WHERE (w.project_code, w.task_number) = (t.project_code, t.task_number) AND w.waiver_state = 'REQUESTED'
), asked AS (
  INSERT INTO task_waiver (project_code, task_number, round_number, task_note, no_row_reason, waiver_state, asked_by, asked_date)
  SELECT t.project_code, t.task_number, 1 + coalesce((SELECT max(w.round_number) FROM task_waiver w
    WHERE (w.project_code, w.task_number) = (t.project_code, t.task_number)), 0), :task_note, :no_row_reason, 'REQUESTED', :call.principal, :call.today
  FROM placed t WHERE :catalogue_seq IS NULL
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AddTask', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, '任务' || x.task_number FROM placed x, project_now p
)
SELECT problem.*, t.project_code, t.task_number, t.catalogue_version, t.guiding_bureau, tasks_snapshot(t.project_code) AS rows
FROM problem FULL JOIN placed t ON false
