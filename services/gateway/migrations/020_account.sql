-- People who come by HTTP. Nothing here can be used to log in: passwords are yescrypt hashes, all else is digests.
CREATE TABLE account (
  account_name text PRIMARY KEY CHECK (account_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$'),
  unit_id text NOT NULL,
  duty text NOT NULL CHECK (duty IN ('VIEWER', 'MAKER', 'CHECKER')),
  relations text NOT NULL,
  person_name text NOT NULL,
  account_state text NOT NULL CHECK (account_state IN ('INVITED', 'ACTIVE', 'CLOSED')),
  password_hash text,
  invitation_digest bytea,
  invitation_until timestamptz,
  failed_count int4 NOT NULL DEFAULT 0,
  locked_until timestamptz,
  last_login_at timestamptz,
  added_at timestamptz NOT NULL,
  added_by text NOT NULL,
  change_reason text
);
CREATE INDEX account_unit ON account (unit_id, account_name);
CREATE TABLE session (
  session_digest bytea PRIMARY KEY,
  account_name text NOT NULL REFERENCES account,
  opened_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_account ON session (account_name) WHERE ended_at IS NULL;
CREATE TABLE access_token (
  account_name text NOT NULL REFERENCES account,
  token_name text NOT NULL,
  token_digest bytea NOT NULL CONSTRAINT token_digest_once UNIQUE,
  method_patterns text NOT NULL,
  added_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoke_reason text,
  PRIMARY KEY (account_name, token_name)
);
