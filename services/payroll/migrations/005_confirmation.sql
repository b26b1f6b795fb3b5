-- Confirmation by a code that the worker was sent, review by the township, slips that the worker finds by a code, pay in cash.

-- The code itself stands here sealed, only until it is used, for the node's sender; what is compared is its token.
CREATE TABLE confirm_code (
  project_code       text        NOT NULL,
  sheet_code         text        NOT NULL,
  worker_number      int8        NOT NULL,
  issue_number       int4        NOT NULL,
  confirm_code       text,
  confirm_code_token bytea       NOT NULL,
  attempts_left      int4        NOT NULL CHECK (attempts_left >= 0),
  expires_at         timestamptz NOT NULL,
  sent_by            text        NOT NULL,
  PRIMARY KEY (project_code, sheet_code, worker_number)
);
CREATE INDEX confirm_code_waiting ON confirm_code (project_code, sheet_code, worker_number) WHERE confirm_code IS NOT NULL;

CREATE TABLE township_review (
  project_code     text NOT NULL,
  sheet_code       text NOT NULL,
  review_number    int4 NOT NULL,
  worker_ledger_ok bool NOT NULL,
  pay_ledger_ok    bool NOT NULL,
  review_note      text,
  reviewed_by      text NOT NULL,
  review_unit_id   text NOT NULL,
  reviewed_date    date NOT NULL,
  PRIMARY KEY (project_code, sheet_code, review_number)
);
CREATE TRIGGER township_review_is_kept BEFORE DELETE OR TRUNCATE ON township_review FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();

-- The code of a line's slip comes of a secret of the posting and the worker: nobody can guess another's.
ALTER TABLE wage_sheet ADD COLUMN slip_seed bytea;
CREATE FUNCTION slip_code(seed bytea, worker int8) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT upper(left(encode(sha256(seed || int8send(worker)), 'hex'), 20))$$;
CREATE TABLE pay_slip (
  slip_code     text PRIMARY KEY,
  project_code  text NOT NULL,
  sheet_code    text NOT NULL,
  worker_number int8 NOT NULL
);

ALTER TABLE wage_line ADD COLUMN cash_set_by text;
CREATE TABLE cash_payment (
  project_code        text NOT NULL,
  sheet_code          text NOT NULL,
  worker_number       int8 NOT NULL,
  paid_fen            int8 NOT NULL CHECK (paid_fen > 0),
  paid_date           date NOT NULL,
  signature_reference text NOT NULL,
  witness_name        text NOT NULL,
  recorded_by         text NOT NULL,
  recorded_date       date NOT NULL,
  PRIMARY KEY (project_code, sheet_code, worker_number)
);
CREATE TRIGGER cash_payment_is_kept BEFORE DELETE OR TRUNCATE ON cash_payment FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();

-- 张*三 by character (facts D.10).
CREATE FUNCTION mask_name(name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT CASE char_length(name) WHEN 0 THEN '' WHEN 1 THEN '*' WHEN 2 THEN left(name, 1) || '*'
    ELSE left(name, 1) || repeat('*', char_length(name) - 2) || right(name, 1) END$$;
-- The name of the unit that stands in this relation to the project; of several the first.
CREATE FUNCTION party_name(the_project text, the_relation text) RETURNS text LANGUAGE sql STABLE AS
$$SELECT u.unit_name FROM project_party c JOIN unit u ON u.unit_id = c.unit_id
  WHERE c.project_code = the_project AND c.relation = the_relation ORDER BY c.unit_id LIMIT 1$$;
