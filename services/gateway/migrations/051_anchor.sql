-- Anchors: what this node has countersigned for its children, and what its parent has countersigned for it.
CREATE TABLE child_anchor (
  node_unit_id text NOT NULL,
  anchor_number int8 NOT NULL,
  made_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  receipt_content bytea NOT NULL,
  receipt_signature bytea NOT NULL,
  anchor_problem text,
  PRIMARY KEY (node_unit_id, anchor_number)
);
CREATE INDEX child_anchor_problem ON child_anchor (node_unit_id, anchor_number) WHERE anchor_problem IS NOT NULL;
-- The head that was last found in order, by service.
CREATE TABLE child_anchor_head (
  node_unit_id text NOT NULL,
  service text NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (node_unit_id, service)
);
CREATE TABLE own_anchor (
  anchor_number int8 PRIMARY KEY,
  made_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  receipt_content bytea NOT NULL,
  receipt_signature bytea NOT NULL,
  anchor_problem text
);
CREATE INDEX own_anchor_problem ON own_anchor (anchor_number) WHERE anchor_problem IS NOT NULL;
