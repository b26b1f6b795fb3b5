-- The calendar and the reports. A report's lines never change once it has been checked; a change is a new revision.
CREATE TABLE quarter (
  quarter text PRIMARY KEY,
  due_date date NOT NULL,
  grace_days int4 NOT NULL CHECK (grace_days BETWEEN 0 AND 60),
  quarter_state text NOT NULL CHECK (quarter_state IN ('OPEN', 'CLOSED')),
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_by text,
  closed_at timestamptz
);
-- Who must report in it: the members when it was opened, and those that joined while it was open.
CREATE TABLE quarter_unit (
  quarter text NOT NULL REFERENCES quarter (quarter),
  unit_id text NOT NULL,
  unit_name text NOT NULL,
  PRIMARY KEY (quarter, unit_id)
);

CREATE TABLE report (
  report_code text PRIMARY KEY,
  unit_id text NOT NULL,
  quarter text NOT NULL,
  revision int4 NOT NULL,
  report_state text NOT NULL CHECK (report_state IN ('RECEIVING', 'DRAFT', 'CHECKED', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'REPLACED', 'RESTATED')),
  is_zero bool NOT NULL,
  zero_reason text,
  restate_reason text,
  line_digest bytea,
  line_count int4 NOT NULL,
  person_count int4 NOT NULL,
  part_count int4,
  made_by text,
  made_at timestamptz,
  checked_by text,
  checked_at timestamptz,
  submitted_by text,
  submitted_at timestamptz,
  is_late bool NOT NULL DEFAULT false,
  in_custody bool NOT NULL DEFAULT false,
  refusal_note text,
  decided_by text,
  decided_at timestamptz,
  return_reason text,
  UNIQUE (unit_id, quarter, revision),
  CONSTRAINT report_checker_is_other CHECK (checked_by <> made_by)
);
CREATE INDEX report_quarter ON report (quarter, unit_id, revision);

CREATE TABLE report_line (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  project_code text NOT NULL,
  project_name text,
  field text,
  track text,
  project_state text,
  list_kind text,
  list_level text,
  is_counted bool NOT NULL,
  total_investment_fen int8 NOT NULL,
  fiscal_fen int8 NOT NULL,
  central_fen int8 NOT NULL,
  invested_fen int8 NOT NULL,
  planned_pay_fen int8 NOT NULL,
  planned_workers int4 NOT NULL,
  posts_offered_count int4 NOT NULL,
  registered_count int4 NOT NULL,
  absorbed_count int4 NOT NULL,
  local_count int4 NOT NULL,
  female_count int4 NOT NULL,
  priority_count int4 NOT NULL,
  day_hundredths int8 NOT NULL,
  due_fen int8 NOT NULL,
  paid_fen int8 NOT NULL,
  unpaid_fen int8 NOT NULL,
  dividend_fen int8 NOT NULL,
  training_count int4 NOT NULL,
  trainee_count int4 NOT NULL,
  sheets_due_count int4 NOT NULL,
  sheets_filed_count int4 NOT NULL,
  sheets_late_count int4 NOT NULL,
  notices_due_count int4 NOT NULL,
  notices_done_count int4 NOT NULL,
  inspection_count int4 NOT NULL,
  finding_count int4 NOT NULL,
  rectified_count int4 NOT NULL,
  overdue_count int4 NOT NULL,
  ratio_bp int8,
  floor_bp int8,
  cumulative_due_fen int8 NOT NULL,
  cumulative_paid_fen int8 NOT NULL,
  cumulative_day_hundredths int8 NOT NULL,
  cumulative_absorbed_count int4 NOT NULL,
  line_note text,
  PRIMARY KEY (report_code, line_number)
);
-- People as tokens: enough to count each once, and no name.
CREATE TABLE report_person (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  worker_token bytea NOT NULL,
  sex text,
  is_local bool NOT NULL,
  priority_mask int4 NOT NULL,
  PRIMARY KEY (report_code, line_number, worker_token)
);
CREATE TABLE report_exception (
  report_code text NOT NULL,
  exception_number int4 NOT NULL,
  project_code text,
  exception_rule text NOT NULL,
  exception_note text,
  PRIMARY KEY (report_code, exception_number)
);
CREATE TABLE report_remark (
  report_code text NOT NULL,
  remark_number int4 NOT NULL,
  project_code text,
  remark_note text NOT NULL,
  PRIMARY KEY (report_code, remark_number)
);

-- What the office decided, in order, for child nodes to follow.
CREATE TABLE decision (
  decision_number int8 PRIMARY KEY,
  report_code text NOT NULL,
  unit_id text NOT NULL,
  report_state text NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  return_reason text
);
CREATE INDEX decision_unit ON decision (unit_id, decision_number);
