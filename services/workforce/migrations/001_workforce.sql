-- Workers, agreements, attendance, training; and what is followed from the registry.
-- project_code is compared byte by byte (COLLATE "C"): it stands in every key of the large tables.

-- Followed: units and projects as the registry last told them.
CREATE TABLE unit (
  unit_id   text PRIMARY KEY,
  unit_name text NOT NULL,
  unit_kind text,
  active    bool NOT NULL
);
CREATE TABLE project (
  project_code   text COLLATE "C" PRIMARY KEY,
  project_name   text,
  bureau_unit_id text,
  division_code  text,
  project_state  text,
  start_date     date,
  complete_date  date,
  -- Agreements are signed from the award on; days are worked, and late sheets brought in, until acceptance.
  takes_agreements bool NOT NULL GENERATED ALWAYS AS (coalesce(project_state IN ('AWARDED', 'CONSTRUCTION'), false)) STORED,
  takes_attendance bool NOT NULL GENERATED ALWAYS AS (coalesce(project_state IN ('CONSTRUCTION', 'COMPLETED'), false)) STORED
);
CREATE INDEX project_bureau ON project (bureau_unit_id, project_code);
CREATE TABLE project_party (
  project_code text COLLATE "C" NOT NULL,
  unit_id      text NOT NULL,
  relation     text NOT NULL,
  PRIMARY KEY (project_code, unit_id, relation)
);
CREATE INDEX project_party_unit ON project_party (unit_id, project_code);

-- Dated parameters; the latest valid_from not after the day in question holds.
CREATE TABLE policy (
  policy_name  text NOT NULL,
  valid_from   date NOT NULL,
  policy_value int8 NOT NULL,
  source       text NOT NULL,
  PRIMARY KEY (policy_name, valid_from)
);
INSERT INTO policy VALUES
  ('lowest_age', '1995-01-01', 16, 'Labour Law art. 15'),
  ('age_to_warn', '1995-01-01', 60, 'R099');

CREATE TABLE worker (
  worker_number      int8 PRIMARY KEY,
  worker_token       bytea NOT NULL UNIQUE,
  worker_name        text NOT NULL,
  id_number          text NOT NULL, -- sealed
  id_number_mask     text NOT NULL,
  birth_date         date NOT NULL,
  sex                text NOT NULL CHECK (sex IN ('MALE', 'FEMALE')),
  phone              text,
  home_division_code text NOT NULL,
  home_address       text,
  population_kind    text NOT NULL CHECK (population_kind IN ('RURAL_LABOUR', 'URBAN_LOW_INCOME', 'HARD_TO_EMPLOY', 'OTHER')),
  ethnicity_code     text,
  account_holder     text NOT NULL,
  account_no         text,          -- sealed
  account_no_token   bytea,
  account_no_mask    text,
  bank_name          text,
  skill_level        text NOT NULL CHECK (skill_level IN ('UNSKILLED', 'SEMI_SKILLED', 'SKILLED', 'TECHNICIAN')),
  ability_note       text,
  safety_trained_date date,         -- first safety training
  added_at           timestamptz NOT NULL
);
-- Which unit brought in whom; it may see him before there is an agreement.
CREATE TABLE worker_unit (
  unit_id       text NOT NULL,
  worker_number int8 NOT NULL,
  added_at      timestamptz NOT NULL,
  PRIMARY KEY (unit_id, worker_number)
);
CREATE TABLE worker_change (
  worker_number int8 NOT NULL,
  change_number int4 NOT NULL,
  change_reason text NOT NULL,
  changed_by    text NOT NULL,
  changed_at    timestamptz NOT NULL,
  former_name   text NOT NULL,
  former_account_no text,           -- sealed
  PRIMARY KEY (worker_number, change_number)
);
CREATE TABLE worker_group (
  worker_number   int8 NOT NULL,
  priority_group  text NOT NULL,
  valid_from_date date NOT NULL,
  valid_to_date   date,
  group_source    text NOT NULL,
  recorded_by     text NOT NULL,
  PRIMARY KEY (worker_number, priority_group, valid_from_date),
  CONSTRAINT worker_group_dates CHECK (valid_to_date >= valid_from_date)
);

CREATE TABLE agreement (
  project_code     text COLLATE "C" NOT NULL,
  agreement_code   text NOT NULL,
  worker_number    int8 NOT NULL,
  employment_kind  text NOT NULL CHECK (employment_kind IN ('WORK_RELIEF_SERVICE', 'LABOUR_CONTRACT')),
  post_name        text NOT NULL,
  work_content     text NOT NULL,
  pay_unit         text NOT NULL CHECK (pay_unit IN ('DAY', 'HOUR', 'PIECE', 'MONTH')),
  rate_fen         int8 NOT NULL CONSTRAINT agreement_rate CHECK (rate_fen > 0),
  pay_cycle        text NOT NULL CHECK (pay_cycle IN ('MONTH', 'WEEK', 'DAY', 'HOUR')),
  start_date       date NOT NULL,
  end_date         date NOT NULL,
  agreement_state  text NOT NULL CHECK (agreement_state IN ('SIGNED', 'ENDED')),
  end_reason       text,
  employer_unit_id text NOT NULL,
  team_name        text,
  key_post         bool NOT NULL,
  insured          bool NOT NULL,
  age_years        int4 NOT NULL,
  safety_trained_date date,         -- as the worker's
  briefed_date     date,            -- first technical briefing on this project
  -- First day that may be worked: agreement, safety training and, for key posts, briefing all there. NULL: not yet.
  workable_from    date GENERATED ALWAYS AS (CASE WHEN safety_trained_date IS NULL OR (key_post AND briefed_date IS NULL) THEN NULL
    WHEN key_post THEN greatest(start_date, safety_trained_date, briefed_date) ELSE greatest(start_date, safety_trained_date) END) STORED,
  PRIMARY KEY (project_code, agreement_code),
  CONSTRAINT agreement_dates CHECK (end_date >= start_date)
);
CREATE UNIQUE INDEX agreement_worker ON agreement (worker_number, project_code, start_date);

-- The large table: a key and one more index, nothing else.
CREATE TABLE attendance (
  worker_number  int8 NOT NULL,
  work_date      date NOT NULL,
  day_hundredths int2 NOT NULL CONSTRAINT attendance_part_of_day CHECK (day_hundredths BETWEEN 1 AND 100),
  project_code   text COLLATE "C" NOT NULL,
  PRIMARY KEY (project_code, work_date, worker_number)
);
CREATE INDEX attendance_worker ON attendance (worker_number, work_date);
CREATE TABLE attendance_correction (
  project_code      text COLLATE "C" NOT NULL,
  work_date         date NOT NULL,
  worker_number     int8 NOT NULL,
  correction_number int4 NOT NULL,
  former_hundredths int4 NOT NULL,
  corrected_hundredths int4 NOT NULL,
  correction_reason text NOT NULL,
  corrected_by      text NOT NULL,
  corrected_at      timestamptz NOT NULL,
  PRIMARY KEY (project_code, work_date, worker_number, correction_number)
);
CREATE TABLE attendance_dispute (
  project_code  text COLLATE "C" NOT NULL,
  work_date     date NOT NULL,
  worker_number int8 NOT NULL,
  dispute_note  text NOT NULL,
  dispute_state text NOT NULL CHECK (dispute_state IN ('OPEN', 'SETTLED')),
  disputed_by   text NOT NULL,
  settle_note   text,
  settled_by    text,
  PRIMARY KEY (project_code, work_date, worker_number)
);

CREATE TABLE sealed_month (
  project_code  text COLLATE "C" NOT NULL,
  month         text NOT NULL,
  first_date    date NOT NULL,
  last_date     date NOT NULL,
  attendance_digest bytea NOT NULL,
  worker_count  int4 NOT NULL,
  entry_count   int4 NOT NULL,
  day_hundredths int8 NOT NULL,
  sealed_at     timestamptz NOT NULL,
  sealed_by     text NOT NULL,
  PRIMARY KEY (project_code, month)
);
-- A day to be recorded lies behind all sealed months as a rule, so this finds nothing at once.
CREATE INDEX sealed_month_last ON sealed_month (project_code, last_date);
-- The month as it was when sealed: what is paid, and what the quarter counts.
CREATE TABLE sealed_worker (
  project_code    text COLLATE "C" NOT NULL,
  month           text NOT NULL,
  worker_number   int8 NOT NULL,
  day_hundredths  int4 NOT NULL,
  attended_days   int4 NOT NULL,
  first_date      date NOT NULL,
  days_text       text NOT NULL,
  agreement_code  text NOT NULL,
  employment_kind text NOT NULL,
  pay_unit        text NOT NULL,
  rate_fen        int8 NOT NULL,
  sex             text NOT NULL,
  is_local        bool NOT NULL,
  priority_groups text[] NOT NULL,
  PRIMARY KEY (project_code, month, worker_number)
);

CREATE TABLE training (
  project_code      text COLLATE "C" NOT NULL,
  training_code     text NOT NULL,
  training_name     text NOT NULL,
  training_date     date NOT NULL,
  hours_hundredths  int4 NOT NULL,
  training_content  text NOT NULL CHECK (training_content IN ('SKILL', 'SAFETY', 'BOTH')),
  training_mode     text NOT NULL CHECK (training_mode IN ('TRAIN_THEN_POST', 'PRACTICE', 'WORK_AS_TRAINING', 'CONCENTRATED', 'LANGUAGE')),
  training_venue    text NOT NULL CHECK (training_venue IN ('SITE', 'SCHOOL', 'OTHER')),
  training_audience text NOT NULL CHECK (training_audience IN ('WORKERS', 'CADRE')),
  organiser_unit_id text NOT NULL,
  organiser_kind    text NOT NULL,
  trainer_name      text,
  training_fund_source text NOT NULL,
  training_cost_fen int8 NOT NULL,
  skill_kind        text,
  target_stage      text NOT NULL CHECK (target_stage IN ('CONSTRUCTION', 'UPKEEP')),
  technical_briefing bool NOT NULL,
  cadre_count       int4 NOT NULL,
  trainee_count     int4 NOT NULL,
  upgraded_count    int4 NOT NULL,
  PRIMARY KEY (project_code, training_code)
);
CREATE TABLE trainee (
  project_code       text COLLATE "C" NOT NULL,
  training_code      text NOT NULL,
  worker_number      int8 NOT NULL,
  signed_in          bool NOT NULL,
  exam_passed        bool NOT NULL,
  certificate_code   text,
  skill_level_before text NOT NULL,
  skill_level_after  text NOT NULL,
  PRIMARY KEY (project_code, training_code, worker_number)
);
