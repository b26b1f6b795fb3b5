-- Who may speak to this node, and which child nodes report to it. Rows are never deleted: a revoked key stays on record.
CREATE TABLE principal (
  principal text PRIMARY KEY,
  unit_id text NOT NULL,
  duty text NOT NULL CHECK (duty IN ('VIEWER', 'MAKER', 'CHECKER')),
  relations text NOT NULL,
  public_key text NOT NULL CONSTRAINT principal_key_once UNIQUE CONSTRAINT principal_key_shape CHECK (length(public_key) = 40),
  principal_state text NOT NULL CHECK (principal_state IN ('ACTIVE', 'REVOKED')),
  added_at timestamptz NOT NULL,
  added_by text NOT NULL,
  revoked_at timestamptz,
  revoke_reason text
);
CREATE INDEX principal_unit ON principal (unit_id, principal);

CREATE TABLE child (
  unit_id text PRIMARY KEY,
  public_key text NOT NULL CONSTRAINT child_key_once UNIQUE CONSTRAINT child_key_shape CHECK (length(public_key) = 40),
  sign_public text NOT NULL CONSTRAINT child_sign_public_shape CHECK (sign_public ~ '^04[0-9a-f]{128}$'),
  added_at timestamptz NOT NULL,
  added_by text NOT NULL
);
CREATE TABLE child_unit (
  unit_id text PRIMARY KEY,
  node_unit_id text NOT NULL REFERENCES child (unit_id)
);
CREATE INDEX child_unit_node ON child_unit (node_unit_id, unit_id);

-- Copies of what the registry says, kept by following its journal.
CREATE TABLE unit (
  unit_id text PRIMARY KEY,
  unit_name text NOT NULL,
  unit_kind text NOT NULL,
  is_member bool NOT NULL,
  active bool NOT NULL
);
CREATE TABLE project (
  project_code text PRIMARY KEY,
  project_name text NOT NULL,
  bureau_unit_id text NOT NULL,
  field text,
  track text,
  project_state text NOT NULL
);
CREATE TABLE project_party (
  project_code text NOT NULL,
  unit_id text NOT NULL,
  relation text NOT NULL,
  PRIMARY KEY (project_code, unit_id, relation)
);
CREATE TABLE list_entry (
  project_code text NOT NULL,
  list_year int4 NOT NULL,
  list_kind text NOT NULL,
  list_level text NOT NULL,
  list_state text NOT NULL,
  PRIMARY KEY (project_code, list_year)
);
