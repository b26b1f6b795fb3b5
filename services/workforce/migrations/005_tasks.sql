-- Followed: the tasks of a project, as the registry last told them; and where a unit sits, so that a township is known by its place.
CREATE TABLE project_task (
  project_code    text COLLATE "C" NOT NULL,
  task_number     int4 NOT NULL,
  catalogue_seq   int4,
  link_stage      text,
  task_note       text,
  offered_posts   int4,
  planned_workers int4,
  skill_kind      text,             -- what the work asks for
  skill_level     text,             -- at least
  training_required bool NOT NULL,  -- trained for it before the first day
  work_from_date  date,
  work_to_date    date,
  division_code   text,             -- where, when it is not the project's
  PRIMARY KEY (project_code, task_number)
);
ALTER TABLE unit ADD COLUMN division_code text;
