-- The three ledgers worker by worker (R103, R135): what workforce sealed, what payroll lists, and what the agreements cover. Rows of
-- attendance come as pages behind AttendanceSealed; lines of sheets are fetched by a thread beside the writer whenever a sheet changed.

CREATE TABLE attended (
  project_code     text  NOT NULL,
  month            text  NOT NULL,
  worker_number    int8  NOT NULL,
  worker_token     bytea,
  id_number_mask   text,
  account_no_token bytea,
  phone_digest     bytea,
  day_hundredths   int4  NOT NULL,
  attended_days    int4  NOT NULL,
  days_text        text  NOT NULL, -- "03:100 04:50"
  first_date       date,
  last_date        date,
  agreement_code   text,
  employment_kind  text,
  site_role        text,
  team_name        text,
  PRIMARY KEY (project_code, month, worker_number)
);
CREATE INDEX attended_by_month ON attended (month, worker_number);
CREATE INDEX attended_by_token ON attended (month, worker_token, project_code);

CREATE TABLE agreement (
  project_code    text NOT NULL,
  agreement_code  text NOT NULL,
  worker_number   int8 NOT NULL,
  start_date      date,
  end_date        date,
  age_years       int4,
  employment_kind text,
  PRIMARY KEY (project_code, worker_number, agreement_code)
);

CREATE TABLE ledger_line (
  project_code     text  NOT NULL,
  sheet_code       text  NOT NULL,
  worker_number    int8  NOT NULL,
  month            text  NOT NULL,
  id_number_mask   text,
  agreement_code   text,
  employment_kind  text,
  day_hundredths   int8  NOT NULL,
  gross_fen        int8  NOT NULL,
  net_fen          int8  NOT NULL,
  line_state       text  NOT NULL,
  paid_fen         int8  NOT NULL,
  bank_fen         int8,
  account_no_token bytea,
  account_no_mask  text,
  confirm_method   text,
  confirmed_at     timestamptz,
  PRIMARY KEY (project_code, sheet_code, worker_number)
);
CREATE INDEX ledger_line_by_month ON ledger_line (month, worker_number);

-- change_number counts what happened to the sheet's lines, lines_number is the count up to which they are stored here.
ALTER TABLE sheet ADD COLUMN change_number int4 NOT NULL DEFAULT 0, ADD COLUMN lines_number int4 NOT NULL DEFAULT 0, ADD COLUMN lines_seq int8;
CREATE INDEX sheet_stale ON sheet (project_code, sheet_code) WHERE change_number <> lines_number;

ALTER TABLE ledger_check ADD COLUMN attendance_seq int8, ADD COLUMN payroll_seq int8, ADD COLUMN worker_month_count int4,
  ADD COLUMN worker_mismatch_count int4;

CREATE TABLE finding_row (
  project_code          text NOT NULL,
  finding_code          text NOT NULL,
  row_number            int4 NOT NULL,
  month                 text,
  worker_number         int8,
  id_number_mask        text,
  sheet_code            text,
  training_code         text,
  roster_hundredths     int8,
  attendance_hundredths int8,
  payroll_hundredths    int8,
  paid_fen              int8,
  bank_fen              int8,
  row_note              text,
  PRIMARY KEY (project_code, finding_code, row_number)
);
