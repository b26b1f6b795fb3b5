-- What the registry follows of payroll and evaluation, draw-downs of money, what an acceptance rests on, and the steps of a project.

-- Wage sheets as payroll tells them: what is owed is net less paid.
CREATE TABLE followed_sheet (
  project_code text NOT NULL,
  sheet_code text NOT NULL,
  month text NOT NULL,
  sheet_state text NOT NULL,
  net_fen int8 NOT NULL,
  paid_fen int8 NOT NULL,
  due_date date,
  PRIMARY KEY (project_code, sheet_code)
);
CREATE TABLE followed_finding (
  project_code text NOT NULL,
  finding_code text NOT NULL,
  finding_kind text,
  finding_state text NOT NULL,
  due_date date,
  PRIMARY KEY (project_code, finding_code)
);
-- The latest check of each basis.
CREATE TABLE followed_ratio (
  project_code text NOT NULL,
  pay_basis text NOT NULL,
  check_number int4 NOT NULL,
  ratio_result text NOT NULL,
  pay_fen int8 NOT NULL,
  base_fen int8 NOT NULL,
  floor_bp int4 NOT NULL,
  PRIMARY KEY (project_code, pay_basis)
);
CREATE TABLE followed_evaluation (
  project_code text PRIMARY KEY,
  evaluation_code text NOT NULL,
  evaluation_grade text,
  evaluated_date date
);
CREATE TABLE followed_inspection (
  project_code text NOT NULL,
  inspection_code text NOT NULL,
  inspection_date date,
  inspection_stage text,
  PRIMARY KEY (project_code, inspection_code)
);

-- One application for money by progress (R144).
CREATE TABLE draw_down (
  project_code text NOT NULL,
  application_code text NOT NULL,
  fund_code text NOT NULL,
  applied_fen int8 NOT NULL CHECK (applied_fen > 0),
  progress_bp int4 NOT NULL CHECK (progress_bp BETWEEN 0 AND 10000),
  applied_date date NOT NULL,
  purpose_note text,
  draw_down_state text NOT NULL CHECK (draw_down_state IN ('APPLIED', 'APPROVED', 'REFUSED', 'WITHDRAWN', 'ALLOCATED')),
  applied_by text NOT NULL,
  applied_by_unit text NOT NULL,
  decided_by text,
  decided_date date,
  decision_note text,
  CONSTRAINT draw_down_pkey PRIMARY KEY (project_code, application_code),
  FOREIGN KEY (project_code, fund_code) REFERENCES fund_line
);
CREATE INDEX draw_down_open ON draw_down (project_code, fund_code) WHERE draw_down_state IN ('APPLIED', 'APPROVED');
ALTER TABLE fund_allocation ADD application_code text;
CREATE UNIQUE INDEX fund_allocation_application ON fund_allocation (project_code, application_code) WHERE application_code IS NOT NULL;
ALTER TABLE fund_line ADD reconstruction bool NOT NULL DEFAULT false;

-- Which lines count for which basis of a ratio (R143).
ALTER TABLE fund_source_kind
  ADD provincial bool NOT NULL DEFAULT false,
  ADD linking bool NOT NULL DEFAULT false;
UPDATE fund_source_kind SET provincial = fund_source IN ('PROVINCIAL', 'PROVINCIAL_LINKING'), linking = fund_source IN ('CENTRAL_LINKING', 'PROVINCIAL_LINKING');

INSERT INTO policy_parameter VALUES
  ('draw_down_required', '', '2000-01-01', 1, '1: once works run, money is allocated on an approved application only (R144)'),
  ('draw_down_advance_bp', '', '2000-01-01', 3000, 'money may run ahead of progress by the advance of a works contract, 10 to 30 % (财建〔2004〕369号 art. 12)'),
  ('notices_before_acceptance', '', '2000-01-01', 1, '1: the last notices and the permanent sign come before acceptance; 0: before closing');

-- What an acceptance rests on (R067, R153, R165, R176).
CREATE TABLE project_acceptance (
  project_code text PRIMARY KEY REFERENCES project,
  accept_date date NOT NULL,
  document_no text NOT NULL,
  approval_document_no text NOT NULL,
  evaluation_code text NOT NULL,
  inspection_codes text[] NOT NULL,
  accepted_by text NOT NULL
);

-- Every step of a project: who did what when; what a method means stands in state_transition.
CREATE TABLE project_step (
  project_code text NOT NULL REFERENCES project,
  step_number int4 NOT NULL,
  method text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  made_by text NOT NULL,
  made_by_unit text NOT NULL,
  made_at timestamptz NOT NULL,
  effective_date date,
  step_note text,
  PRIMARY KEY (project_code, step_number)
);
CREATE FUNCTION next_step(code text) RETURNS int4 STABLE LANGUAGE sql AS $$
  SELECT 1 + coalesce((SELECT max(s.step_number) FROM project_step s WHERE s.project_code = code), 0)
$$;

-- The national code of GB/T 40058-2021: YYMM-region-bureau-type-random and check (facts D.8; the check's rule is not published).
CREATE FUNCTION national_code_ok(code text) RETURNS bool IMMUTABLE LANGUAGE sql AS $$
  SELECT code ~ '^[0-9]{2}(0[1-9]|1[0-2])-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{5}[0-9A-Z]$'
$$;
ALTER TABLE project
  ADD national_project_code text CONSTRAINT project_national_code_key UNIQUE,
  ADD subproject_kind text CHECK (subproject_kind IN ('ANCILLARY', 'MINOR', 'MAINTENANCE')),
  ADD partner_unit_id text REFERENCES unit;
CREATE INDEX project_by_parent ON project (parent_project_code, project_code) WHERE parent_project_code IS NOT NULL;
