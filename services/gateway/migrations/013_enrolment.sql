-- Children come by a one-time code, may be sent away at once, and hand units over to each other; nothing of it is forgotten.
ALTER TABLE child ADD COLUMN revoked_at timestamptz, ADD COLUMN revoked_by text, ADD COLUMN revoke_reason text;
-- One open invitation a unit; a new one takes its place. The digest of a code, never the code.
CREATE TABLE child_invitation (
  unit_id text PRIMARY KEY,
  child_unit_ids text[] NOT NULL,
  invitation_digest bytea NOT NULL,
  invitation_until timestamptz NOT NULL,
  invited_by text NOT NULL,
  invited_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE TABLE child_unit_move (
  unit_id text NOT NULL,
  move_number int4 NOT NULL,
  from_node_unit_id text NOT NULL,
  to_node_unit_id text NOT NULL,
  move_date date NOT NULL,
  move_reason text NOT NULL,
  moved_at timestamptz NOT NULL,
  moved_by text NOT NULL,
  PRIMARY KEY (unit_id, move_number)
);
