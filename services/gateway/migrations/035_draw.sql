-- Rows drawn at random from beneath a report, and what did not fit. A finding stays, also when a late answer comes.
CREATE TABLE draw (
  draw_number int8 PRIMARY KEY,
  report_code text NOT NULL,
  unit_id text NOT NULL,
  quarter text NOT NULL,
  node_unit_id text, -- NULL: the rows are on this node
  seed bytea NOT NULL UNIQUE CHECK (length(seed) = 32),
  row_count int4 NOT NULL CHECK (row_count > 0),
  draw_state text NOT NULL CHECK (draw_state IN ('ASKED', 'ANSWERED')),
  due_date date NOT NULL,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  noted_at timestamptz, -- that no answer came by the due day
  answer_content bytea,
  answer_signature bytea,
  answer_key_id bytea,
  answer_digest bytea,
  answered_at timestamptz,
  CHECK ((draw_state = 'ANSWERED') = (answer_digest IS NOT NULL))
);
CREATE INDEX draw_open ON draw (draw_number) WHERE draw_state = 'ASKED';
CREATE INDEX draw_report ON draw (report_code, draw_number);
CREATE INDEX draw_unit ON draw (unit_id, quarter, draw_number);
CREATE TABLE draw_position (
  draw_number int8 NOT NULL REFERENCES draw (draw_number),
  line_number int4 NOT NULL,
  row_number int8 NOT NULL,
  PRIMARY KEY (draw_number, line_number, row_number)
);
CREATE TABLE draw_finding (
  draw_number int8 NOT NULL REFERENCES draw (draw_number),
  finding_number int4 NOT NULL,
  line_number int4,
  project_code text,
  row_number int8,
  draw_fault text NOT NULL,
  finding_note text,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (draw_number, finding_number)
);
-- On the node that was asked: one answer a draw, the same bytes however often they are sent.
CREATE TABLE taken_draw (
  seed bytea PRIMARY KEY CHECK (length(seed) = 32),
  draw_number int8 NOT NULL,
  report_code text NOT NULL,
  row_count int4 NOT NULL,
  due_date date NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  key_id bytea NOT NULL,
  taken_at timestamptz NOT NULL
);
CREATE INDEX taken_draw_report ON taken_draw (report_code, seed);
