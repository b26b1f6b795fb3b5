-- The monthly progress form as a unit files it. Each version stays as it came.
CREATE TABLE progress_form (
  unit_id text NOT NULL,
  month text NOT NULL,
  version_number int4 NOT NULL,
  filled_date date,
  filler_name text,
  row_count int4 NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (unit_id, month, version_number)
);
CREATE TABLE progress_form_row (
  unit_id text NOT NULL,
  month text NOT NULL,
  version_number int4 NOT NULL,
  row_number int4 NOT NULL,
  place_name text NOT NULL,
  project_name text NOT NULL,
  fund_type_name text,
  granted_fen int8,
  total_investment_fen int8,
  relief_fen int8,
  integrated_fen int8,
  form_stage text CHECK (form_stage IN ('PREPARATION', 'MAIN_WORKS', 'MAIN_DONE', 'IN_USE')),
  disbursed_fen int8,
  disbursed_provincial_fen int8,
  paid_pay_fen int8,
  worker_count int4,
  post_count int4,
  trainee_count int4,
  content_note text,
  remark_note text,
  project_code text,
  PRIMARY KEY (unit_id, month, version_number, row_number),
  FOREIGN KEY (unit_id, month, version_number) REFERENCES progress_form
);
CREATE INDEX project_plain_name ON project (plain_name(project_name));
