-- Catalogues of several districts side by side (R041), names of the link stages by district (R039), tasks that no row fits, and projects
-- that go without work-relief (R043).

ALTER TABLE catalogue ADD COLUMN division_prefix text NOT NULL DEFAULT '', ADD COLUMN profile_name text;
-- A row for works of any field has none of its own.
ALTER TABLE field_alias ALTER COLUMN field DROP NOT NULL;
INSERT INTO field_alias VALUES ('各建设领域', NULL);
ALTER TABLE catalogue_row ADD COLUMN class_name text, ALTER COLUMN field DROP NOT NULL;

-- The version for a place on a day: of the narrowest district, and of that the latest.
DROP FUNCTION catalogue_in_force(date);
CREATE FUNCTION catalogue_in_force(day date, division text) RETURNS int4 STABLE LANGUAGE sql AS $$
  SELECT c.catalogue_version FROM catalogue c WHERE c.valid_from <= day AND starts_with(coalesce(division, ''), c.division_prefix)
  ORDER BY length(c.division_prefix) DESC, c.valid_from DESC, c.catalogue_version DESC LIMIT 1
$$;

CREATE TABLE link_stage_name (
  division_prefix text NOT NULL,
  valid_from date NOT NULL,
  link_stage text NOT NULL CHECK (link_stage IN ('MAIN_AND_TEMPORARY', 'SITE_SERVICE', 'POST_UPKEEP')),
  stage_name text NOT NULL,
  PRIMARY KEY (division_prefix, valid_from, link_stage)
);
INSERT INTO link_stage_name VALUES
  ('', '2000-01-01', 'MAIN_AND_TEMPORARY', '主体工程建设及附属临建'), ('', '2000-01-01', 'SITE_SERVICE', '工地服务保障'),
  ('', '2000-01-01', 'POST_UPKEEP', '建后管护'),
  ('11', '2000-01-01', 'MAIN_AND_TEMPORARY', '一般劳动环节'), ('11', '2000-01-01', 'SITE_SERVICE', '服务保障环节'),
  ('11', '2000-01-01', 'POST_UPKEEP', '项目建成后的后期管护环节');

-- Each time a task without a row is put down, a new round begins; the last one counts.
CREATE TABLE task_waiver (
  project_code text NOT NULL,
  task_number int4 NOT NULL,
  round_number int4 NOT NULL,
  task_note text NOT NULL,
  no_row_reason text NOT NULL,
  waiver_state text NOT NULL CHECK (waiver_state IN ('REQUESTED', 'APPROVED', 'DECLINED', 'WITHDRAWN')),
  asked_by text NOT NULL,
  asked_date date NOT NULL,
  decided_by text,
  decided_date date,
  decision_note text,
  PRIMARY KEY (project_code, task_number, round_number),
  FOREIGN KEY (project_code) REFERENCES project
);
CREATE INDEX task_waiver_requested ON task_waiver (project_code, task_number) WHERE waiver_state = 'REQUESTED';

-- Tasks of a project that neither have a row nor the bureau's consent to go without.
CREATE FUNCTION unconsented_tasks(code text) RETURNS SETOF int4 STABLE LANGUAGE sql AS $$
  SELECT t.task_number FROM project_task t
  WHERE t.project_code = code AND t.catalogue_seq IS NULL
    AND (SELECT w.waiver_state FROM task_waiver w WHERE (w.project_code, w.task_number) = (t.project_code, t.task_number)
         ORDER BY w.round_number DESC LIMIT 1) IS DISTINCT FROM 'APPROVED'
$$;

CREATE TABLE relief_declaration (
  project_code text NOT NULL REFERENCES project,
  declaration_number int4 NOT NULL,
  relief_mode text NOT NULL CHECK (relief_mode IN ('USED', 'NOT_USED')),
  catalogue_version int4,
  catalogue_seqs int4[] NOT NULL,
  not_used_reason text,
  declared_by text NOT NULL,
  declared_date date NOT NULL,
  PRIMARY KEY (project_code, declaration_number)
);
-- The last word on whether a project goes without work-relief.
CREATE FUNCTION goes_without(code text) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT d.relief_mode = 'NOT_USED' FROM relief_declaration d WHERE d.project_code = code
                   ORDER BY d.declaration_number DESC LIMIT 1), false)
$$;
