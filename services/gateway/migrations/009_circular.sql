-- What meetings agreed and what the government must hear of, as the registry says; kept by following its journal.
CREATE TABLE agreed_item (
  item_code text PRIMARY KEY,
  item_note text NOT NULL,
  owner_unit_id text NOT NULL,
  due_date date NOT NULL,
  item_state text NOT NULL
);
CREATE INDEX agreed_item_open ON agreed_item (due_date) WHERE item_state NOT IN ('DONE', 'DROPPED');
CREATE TABLE major_matter (
  matter_code text PRIMARY KEY,
  unit_id text NOT NULL,
  matter_date date NOT NULL,
  matter_title text NOT NULL,
  report_due_date date NOT NULL,
  reported_at timestamptz
);
CREATE INDEX major_matter_date ON major_matter (matter_date);
CREATE INDEX major_matter_unreported ON major_matter (report_due_date) WHERE reported_at IS NULL;

-- 汇总通报. Its rows never change once it is drafted; text and number come with the issue and never change again.
CREATE TABLE circular (
  quarter text NOT NULL,
  circular_number int4 NOT NULL,
  consolidation_number int4 NOT NULL,
  circular_state text NOT NULL CHECK (circular_state IN ('DRAFT', 'ISSUED', 'REPLACED')),
  circular_note text,
  as_of_date date NOT NULL,
  issuer_name text NOT NULL,
  due_date date NOT NULL,
  on_time_until date NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  document_no text CONSTRAINT circular_document_once UNIQUE,
  issued_date date,
  issued_by text,
  issued_at timestamptz,
  circular_text text,
  text_digest bytea,
  PRIMARY KEY (quarter, circular_number),
  FOREIGN KEY (quarter, consolidation_number) REFERENCES consolidation,
  CONSTRAINT circular_checker_is_other CHECK (issued_by <> made_by),
  CHECK ((circular_state = 'ISSUED') = (circular_text IS NOT NULL))
);
CREATE UNIQUE INDEX circular_one_draft ON circular (quarter) WHERE circular_state = 'DRAFT';
CREATE TABLE circular_unit (
  quarter text NOT NULL,
  circular_number int4 NOT NULL,
  unit_id text NOT NULL,
  unit_name text NOT NULL,
  rank_number int4 NOT NULL,
  timeliness text NOT NULL CHECK (timeliness IN ('ON_TIME', 'LATE', 'MISSING')),
  first_filed_date date,
  late_days int4 NOT NULL,
  is_zero bool NOT NULL,
  PRIMARY KEY (quarter, circular_number, unit_id)
);
CREATE TABLE circular_exception (
  quarter text NOT NULL,
  circular_number int4 NOT NULL,
  exception_rule text NOT NULL,
  exception_count int4 NOT NULL,
  unit_names text[] NOT NULL,
  PRIMARY KEY (quarter, circular_number, exception_rule)
);
CREATE TABLE circular_item (
  quarter text NOT NULL,
  circular_number int4 NOT NULL,
  item_code text NOT NULL,
  item_note text NOT NULL,
  owner_unit_id text NOT NULL,
  unit_name text NOT NULL,
  due_date date NOT NULL,
  late_days int4 NOT NULL,
  item_state text NOT NULL,
  PRIMARY KEY (quarter, circular_number, item_code)
);
CREATE TABLE circular_matter (
  quarter text NOT NULL,
  circular_number int4 NOT NULL,
  matter_code text NOT NULL,
  unit_id text NOT NULL,
  unit_name text NOT NULL,
  matter_date date NOT NULL,
  matter_title text NOT NULL,
  report_due_date date NOT NULL,
  reported_date date,
  report_late bool NOT NULL,
  PRIMARY KEY (quarter, circular_number, matter_code)
);
