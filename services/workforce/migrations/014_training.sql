-- Training as planned, as corrected, and as annulled. An annulled training is moved aside, so that nothing that counts trainings can see it.
ALTER TABLE training
  ADD COLUMN plan_code    text,
  ADD COLUMN held_by      text,
  ADD COLUMN held_unit_id text;
CREATE INDEX training_plan_held ON training (project_code, plan_code) WHERE plan_code IS NOT NULL;
CREATE TABLE training_plan (
  project_code         text COLLATE "C" NOT NULL,
  plan_code            text NOT NULL,
  plan_name            text NOT NULL,
  from_date            date NOT NULL,
  to_date              date NOT NULL,
  training_content     text NOT NULL CHECK (training_content IN ('SKILL', 'SAFETY', 'BOTH')),
  skill_kind           text,
  task_number          int4,
  planned_trainees     int4 NOT NULL,
  planned_cost_fen     int8,            -- NULL: not said
  training_fund_source text,
  organiser_unit_id    text,
  cancelled            bool NOT NULL,
  cancel_reason        text,
  planned_by           text NOT NULL,
  PRIMARY KEY (project_code, plan_code),
  CONSTRAINT training_plan_dates CHECK (to_date >= from_date)
);
CREATE TABLE training_correction (
  project_code      text COLLATE "C" NOT NULL,
  training_code     text NOT NULL,
  correction_number int4 NOT NULL,
  worker_number     int8 NOT NULL,      -- 0: of the training itself
  trainee_change    text,
  correction_reason text NOT NULL,
  corrected_by      text NOT NULL,
  corrected_at      timestamptz NOT NULL,
  former_signed_in  bool,
  former_passed     bool,
  former_certificate_code text,
  former_level      text,
  former_cost_fen   int8,
  PRIMARY KEY (project_code, training_code, correction_number, worker_number)
);
CREATE TABLE annulled_training (LIKE training,
  annul_reason  text NOT NULL,
  annulled_by   text NOT NULL,
  annulled_date date NOT NULL,
  PRIMARY KEY (project_code, training_code)
);
CREATE TABLE annulled_trainee (LIKE trainee, PRIMARY KEY (project_code, training_code, worker_number));
CREATE INDEX annulled_trainee_worker ON annulled_trainee (worker_number);
