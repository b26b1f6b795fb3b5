-- What has come down from the parent: how far each of its services has been followed, the signed pages that say so, and what concerns people.
CREATE TABLE down_cursor (
  source text PRIMARY KEY CHECK (source IN ('registry', 'evaluation', 'gateway')),
  source_epoch int8 NOT NULL,
  source_seq int8 NOT NULL
);
CREATE TABLE down_page (
  source text NOT NULL,
  source_epoch int8 NOT NULL,
  from_seq int8 NOT NULL,
  to_seq int8 NOT NULL,        -- applied up to here; the page may hold more, which then stands in the next one too
  content bytea NOT NULL,
  signature bytea NOT NULL,
  key_id bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (source, source_epoch, from_seq)
);
CREATE TABLE upper_notice (
  notice_number int8 PRIMARY KEY,
  source text NOT NULL,
  source_epoch int8 NOT NULL,
  source_seq int8 NOT NULL,
  sent_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  notice_kind text NOT NULL CHECK (notice_kind IN ('CIRCULAR', 'RECTIFICATION')),
  notice_reference text NOT NULL,
  notice_unit_ids text[] NOT NULL,
  project_code text,
  notice_title text NOT NULL,
  notice_text text,
  due_date date,
  finding_state text,
  UNIQUE (source, source_epoch, source_seq)
);
