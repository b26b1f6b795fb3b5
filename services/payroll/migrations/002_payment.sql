-- Payment orders with the bank's answer line by line, and the fund ledger: one row carries debit, credit and amount, so every row
-- balances by itself; rows are only ever added, a correction is the opposite row.

CREATE TABLE payment_order (
  project_code  text NOT NULL,
  order_code    text NOT NULL,
  sheet_code    text NOT NULL,
  month         text NOT NULL,
  attempt       int4 NOT NULL,
  bank_unit_id  text NOT NULL,
  order_state   text NOT NULL CHECK (order_state IN ('SENT', 'PARTLY_SETTLED', 'SETTLED')),
  line_count    int4 NOT NULL CHECK (line_count > 0),
  total_fen     int8 NOT NULL CHECK (total_fen > 0),
  paid_count    int4 NOT NULL DEFAULT 0,
  failed_count  int4 NOT NULL DEFAULT 0,
  unknown_count int4 NOT NULL DEFAULT 0,
  paid_fen      int8 NOT NULL DEFAULT 0,
  ordered_by    text NOT NULL,
  ordered_date  date NOT NULL,
  PRIMARY KEY (project_code, order_code),
  CONSTRAINT payment_order_counts CHECK (paid_count + failed_count + unknown_count <= line_count AND paid_fen <= total_fen)
);
CREATE INDEX payment_order_by_code ON payment_order (order_code);

CREATE TABLE payment_line (
  project_code    text NOT NULL,
  order_code      text NOT NULL,
  worker_number   int8 NOT NULL,
  account_holder  text NOT NULL,
  account_no      text NOT NULL,
  account_no_mask text,
  bank_name       text,
  net_fen         int8 NOT NULL CHECK (net_fen > 0),
  line_state      text NOT NULL CHECK (line_state IN ('ORDERED', 'PAID', 'REJECTED', 'UNKNOWN')),
  bank_serial     text,
  reject_reason   text,
  paid_date       date,
  PRIMARY KEY (project_code, order_code, worker_number)
);

CREATE TABLE account_correction (
  project_code      text NOT NULL,
  sheet_code        text NOT NULL,
  worker_number     int8 NOT NULL,
  correction_number int4 NOT NULL,
  former_account_no text,
  account_no        text NOT NULL,
  correction_reason text NOT NULL,
  corrected_by      text NOT NULL,
  corrected_date    date NOT NULL,
  PRIMARY KEY (project_code, sheet_code, worker_number, correction_number)
);

CREATE TABLE posting (
  project_code   text  NOT NULL,
  call_id        bytea NOT NULL, -- the request id: binds the posting to its row of the journal
  debit_account  text  NOT NULL CHECK (debit_account IN ('LABOUR_COST', 'WAGES_PAYABLE', 'WITHHELD', 'IN_TRANSIT', 'BANK')),
  credit_account text  NOT NULL CHECK (credit_account IN ('LABOUR_COST', 'WAGES_PAYABLE', 'WITHHELD', 'IN_TRANSIT', 'BANK')),
  amount_fen     int8  NOT NULL CHECK (amount_fen > 0),
  sheet_code     text  NOT NULL,
  posted_date    date  NOT NULL,
  PRIMARY KEY (project_code, call_id, debit_account, credit_account),
  CONSTRAINT posting_two_accounts CHECK (debit_account <> credit_account)
);
CREATE FUNCTION posting_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'the fund ledger is append-only'; END$$;
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION posting_is_append_only();

-- Dividends of assets turned into shares stand apart from labour pay (R155).
CREATE TABLE dividend_plan (
  project_code      text NOT NULL,
  plan_code         text NOT NULL,
  asset_fen         int8 NOT NULL CONSTRAINT dividend_asset_positive CHECK (asset_fen > 0),
  holder_unit_id    text NOT NULL,
  beneficiary_count int4 NOT NULL CONSTRAINT dividend_has_beneficiaries CHECK (beneficiary_count > 0),
  valid_from_date   date NOT NULL,
  valid_to_date     date NOT NULL,
  dividend_fen      int8 NOT NULL DEFAULT 0,
  PRIMARY KEY (project_code, plan_code),
  CONSTRAINT dividend_period CHECK (valid_from_date <= valid_to_date)
);
CREATE TABLE dividend (
  project_code      text NOT NULL,
  plan_code         text NOT NULL,
  paid_date         date NOT NULL,
  dividend_fen      int8 NOT NULL CHECK (dividend_fen > 0),
  beneficiary_count int4 NOT NULL CHECK (beneficiary_count > 0),
  PRIMARY KEY (project_code, plan_code, paid_date)
);
