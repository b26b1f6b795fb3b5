-- Store and forward. The child keeps a part until the parent's receipt for it has been verified; the parent keeps the exact bytes.
CREATE TABLE outgoing_part (
  report_code text NOT NULL,
  part_number int4 NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  key_id bytea NOT NULL,
  digest bytea NOT NULL,
  queued_at timestamptz NOT NULL,
  part_state text NOT NULL CHECK (part_state IN ('QUEUED', 'IN_CUSTODY', 'REFUSED')),
  receipt_content bytea,
  receipt_signature bytea,
  receipt_key_id bytea,
  settled_at timestamptz,
  refusal_note text,
  PRIMARY KEY (report_code, part_number)
);
CREATE INDEX outgoing_part_queued ON outgoing_part (queued_at, report_code, part_number) WHERE part_state = 'QUEUED';

CREATE TABLE delivery (
  digest bytea PRIMARY KEY,
  sender_unit_id text NOT NULL,
  report_code text NOT NULL,
  part_number int4 NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  key_id bytea NOT NULL,
  receipt_content bytea NOT NULL,
  receipt_signature bytea NOT NULL,
  receipt_key_id bytea NOT NULL,
  received_at timestamptz NOT NULL,
  UNIQUE (report_code, part_number)
);

-- How far the parent's decisions have been taken over; one row.
CREATE TABLE decision_cursor (
  one bool PRIMARY KEY DEFAULT true CHECK (one),
  decision_number int8 NOT NULL
);
INSERT INTO decision_cursor (decision_number) VALUES (0);
