-- Projects and all that hangs on them; every key leads with the project.

CREATE TABLE project (
  project_code text PRIMARY KEY,
  project_name text NOT NULL,
  bureau_unit_id text NOT NULL REFERENCES unit,
  project_state text NOT NULL,
  field text NOT NULL CHECK (field IN ('TRANSPORT', 'WATER', 'ENERGY', 'AGRICULTURE', 'URBAN', 'ECOLOGY', 'RECONSTRUCTION')),
  track text CHECK (track IN ('SPECIAL_FUND', 'NONGTUI', 'ZHONGTUI')),
  project_year int4,
  division_code text,
  province_name text,
  city_name text,
  county_name text,
  town_village_name text,
  total_investment_fen int8,
  central_fen int8,
  provincial_fen int8,
  other_fiscal_fen int8,
  self_raised_fen int8,
  fund_kind_note text,
  planned_pay_fen int8,
  published_paid_fen int8,
  published_ratio_bp int4,
  ratio_basis_note text,
  planned_workers int4,
  published_workers int4,
  priority_note text,
  planned_trainees int4,
  planned_posts int4,
  planned_start_note text,
  planned_end_note text,
  published_procurement text,
  carrying_body_name text,
  owner_name text,
  content_note text,
  source_title text,
  source_date_note text,
  scope_kind text,
  investment_kind text NOT NULL CHECK (investment_kind IN ('GOVERNMENT', 'NON_GOVERNMENT', 'SOCIAL_PUBLIC_GOOD')),
  relief_model text,
  benefit_channels text[] NOT NULL,
  selection_features text[] NOT NULL,
  village_construction bool NOT NULL,
  linked_special_fund_code text,
  parent_project_code text,
  pilot_topic text,
  field_waiver_reason text,
  catalogue_version int4 REFERENCES catalogue,
  award_date date,
  start_date date,
  complete_date date,
  accept_date date,
  close_date date,
  upkeep_body_name text,
  upkeep_rules_digest bytea,
  state_note text
);
CREATE INDEX project_by_bureau ON project (bureau_unit_id, project_code);

CREATE TABLE project_party (
  project_code text NOT NULL REFERENCES project,
  unit_id text NOT NULL REFERENCES unit,
  relation text NOT NULL CHECK (relation IN ('BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP', 'CONTACT')),
  person_name text,
  person_phone text,
  PRIMARY KEY (project_code, unit_id, relation)
);
CREATE INDEX project_party_by_unit ON project_party (unit_id, project_code);

CREATE TABLE project_task (
  project_code text NOT NULL REFERENCES project,
  task_number int4 NOT NULL,
  catalogue_version int4 NOT NULL,
  catalogue_seq int4,
  like_seq int4,
  link_stage text NOT NULL CHECK (link_stage IN ('MAIN_AND_TEMPORARY', 'SITE_SERVICE', 'POST_UPKEEP')),
  task_note text,
  offered_posts int4 NOT NULL CHECK (offered_posts >= 0),
  owner_confirmed bool NOT NULL,
  no_row_reason text,
  guiding_bureau text,
  PRIMARY KEY (project_code, task_number),
  FOREIGN KEY (catalogue_version, catalogue_seq) REFERENCES catalogue_row
);

CREATE TABLE fund_line (
  project_code text NOT NULL REFERENCES project,
  fund_code text NOT NULL,
  fund_source text NOT NULL CHECK (fund_source IN ('CENTRAL_BUDGET_INVESTMENT', 'CENTRAL_LINKING', 'PROVINCIAL_LINKING', 'PROVINCIAL', 'CITY',
    'DISTRICT', 'SPECIAL_BOND', 'BANK_LOAN', 'SOCIAL', 'OTHER', 'SELF_RAISED')),
  fund_purpose text NOT NULL CHECK (fund_purpose IN ('CONSTRUCTION', 'LABOUR_PAY', 'TRAINING')),
  special_fund bool NOT NULL,
  approved_fen int8 NOT NULL,
  allocated_fen int8 NOT NULL,
  document_no text,
  PRIMARY KEY (project_code, fund_code),
  CONSTRAINT fund_line_allocated_within_approved CHECK (allocated_fen BETWEEN 0 AND approved_fen)
);
CREATE TABLE fund_allocation (
  project_code text NOT NULL,
  allocation_code text NOT NULL,
  fund_code text NOT NULL,
  allocation_fen int8 NOT NULL CHECK (allocation_fen > 0),
  progress_bp int4 NOT NULL CHECK (progress_bp BETWEEN 0 AND 10000),
  allocation_date date NOT NULL,
  document_no text NOT NULL,
  CONSTRAINT fund_allocation_pkey PRIMARY KEY (project_code, allocation_code),
  FOREIGN KEY (project_code, fund_code) REFERENCES fund_line
);
-- Where money comes from: who gives, and whether it counts into the fiscal and the central basis of a ratio (R142, R143, R145).
CREATE TABLE fund_source_kind (fund_source text PRIMARY KEY, fund_level text, fiscal bool NOT NULL, central bool NOT NULL);
INSERT INTO fund_source_kind VALUES
  ('CENTRAL_BUDGET_INVESTMENT', 'NATION', true, true), ('CENTRAL_LINKING', 'NATION', true, true), ('PROVINCIAL_LINKING', 'PROVINCE', true, false),
  ('PROVINCIAL', 'PROVINCE', true, false), ('CITY', 'CITY', true, false), ('DISTRICT', 'COUNTY', true, false),
  ('SPECIAL_BOND', NULL, true, false), ('BANK_LOAN', NULL, false, false), ('SOCIAL', NULL, false, false), ('OTHER', NULL, false, false),
  ('SELF_RAISED', NULL, false, false);

CREATE TABLE pre_review (
  project_code text NOT NULL REFERENCES project,
  review_number int4 NOT NULL,
  review_state text NOT NULL CHECK (review_state IN ('SUBMITTED', 'PASSED', 'RETURNED')),
  approval_mode text NOT NULL CHECK (approval_mode IN ('ORDINARY', 'SIMPLIFIED')),
  catalogue_version int4 NOT NULL REFERENCES catalogue,
  submitted_by text NOT NULL,
  submitted_at timestamptz NOT NULL,
  submit_note text,
  decided_by text,
  decided_at timestamptz,
  review_note text,
  PRIMARY KEY (project_code, review_number)
);
CREATE TABLE review_document (
  project_code text NOT NULL,
  review_number int4 NOT NULL,
  document_number int4 NOT NULL,
  document_kind text NOT NULL,
  document_title text NOT NULL,
  document_digest bytea NOT NULL CHECK (length(document_digest) = 32),
  document_date date,
  prelim_depth bool NOT NULL,
  PRIMARY KEY (project_code, review_number, document_number),
  FOREIGN KEY (project_code, review_number) REFERENCES pre_review
);
CREATE TABLE project_approval (
  project_code text PRIMARY KEY REFERENCES project,
  review_number int4,             -- NULL: not government money, no pre-review asked (R044)
  approval_mode text NOT NULL,
  document_no text NOT NULL,
  document_date date NOT NULL,
  fiscal_review text NOT NULL,
  waiver_reason text,
  covered_documents text[] NOT NULL,
  approved_by text NOT NULL
);
CREATE TABLE project_award (
  project_code text PRIMARY KEY REFERENCES project,
  approval_document_no text NOT NULL, -- what the award rests on (R067)
  procurement_mode text NOT NULL CHECK (procurement_mode IN ('TENDER', 'NON_TENDER')),
  award_date date NOT NULL,
  contract_no text NOT NULL,
  contract_fen int8,
  labour_cycle_days int4 NOT NULL,
  organising_mode text,
  notice_clauses text[] NOT NULL,
  contract_clauses text[] NOT NULL,
  supervision_clauses text[] NOT NULL,
  supplement_no text
);
CREATE TABLE safety_incident (
  project_code text NOT NULL REFERENCES project,
  incident_code text NOT NULL,
  incident_date date NOT NULL,
  incident_note text NOT NULL,
  closed_date date CHECK (closed_date >= incident_date),
  closing_note text,
  CONSTRAINT safety_incident_pkey PRIMARY KEY (project_code, incident_code)
);
CREATE TABLE progress_report (
  project_code text NOT NULL REFERENCES project,
  month text NOT NULL,
  reported_as text NOT NULL CHECK (reported_as IN ('OWNER', 'CONTRACTOR')),
  version_number int4 NOT NULL,
  unit_id text NOT NULL,
  progress_bp int4 NOT NULL CHECK (progress_bp BETWEEN 0 AND 10000),
  invested_fen int8,
  disbursed_fen int8,
  progress_note text,
  fall_reason text,
  reported_by text NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (project_code, month, reported_as, version_number)
);
CREATE TABLE notice (
  project_code text NOT NULL REFERENCES project,
  notice_code text NOT NULL,
  notice_stage text NOT NULL CHECK (notice_stage IN ('AWARD', 'CONSTRUCTION', 'COMPLETED')),
  notice_kind text NOT NULL CHECK (notice_kind IN ('ANNOUNCEMENT', 'RIGHTS_BOARD', 'PERMANENT_SIGN')),
  channels text[] NOT NULL CHECK (cardinality(channels) >= 1),
  notice_title text NOT NULL,
  notice_text text NOT NULL,
  states_requirement bool NOT NULL,
  published_date date NOT NULL,
  objection_until date NOT NULL CHECK (objection_until >= published_date),
  built_from date,
  built_to date,
  content_note text,
  benefit_note text,
  upkeep_body_name text,
  CONSTRAINT notice_pkey PRIMARY KEY (project_code, notice_code)
);
