-- What every service's schema has beside its own tables: journal, cursors of what it follows, state machines as data.
CREATE TABLE journal (
  epoch           int8  NOT NULL,
  seq             int8  NOT NULL,
  at_us           int8  NOT NULL, -- microseconds since 1970 UTC
  caller          text  NOT NULL, -- principal
  caller_identity bytea NOT NULL, -- Caller, packed: unit, duty, relations at the time
  request_id      bytea NOT NULL,
  request_digest  bytea NOT NULL, -- HMAC-SM3 of the body as it came: tells another body under the same id
  method          text  NOT NULL,
  request         bytea NOT NULL, -- sealed
  status          int4  NOT NULL,
  reply_header    bytea NOT NULL, -- as sent, byte for byte
  reply           bytea NOT NULL,
  event_type      text,
  event           bytea,
  prev_hash       bytea NOT NULL,
  hash            bytea NOT NULL,
  PRIMARY KEY (epoch, seq)
);
-- In this order: with (caller, request_id) the planner may use the caller alone and filter the ids (measured: 300 times slower).
CREATE UNIQUE INDEX journal_request ON journal (request_id, caller);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'the journal is append-only'; END$$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

-- The epoch rises after a restore, so that followers notice what was lost.
CREATE TABLE journal_epoch (epoch int8 PRIMARY KEY, reason text NOT NULL);
INSERT INTO journal_epoch VALUES (1, 'first start');

CREATE TABLE follow_cursor (
  source text PRIMARY KEY,
  epoch  int8  NOT NULL,
  seq    int8  NOT NULL,
  hash   bytea NOT NULL
);
CREATE TABLE follow_skip (
  source text NOT NULL,
  epoch  int8 NOT NULL,
  seq    int8 NOT NULL,
  reason text NOT NULL,
  by_principal text NOT NULL,
  PRIMARY KEY (source, epoch, seq)
);

CREATE TABLE state_transition (
  machine    text NOT NULL,
  from_state text NOT NULL,
  to_state   text NOT NULL,
  method     text NOT NULL,
  sentence   text NOT NULL,
  PRIMARY KEY (machine, from_state, method, to_state)
);
