-- The ledger rows beneath a report's lines: root, count and sums of each line, signed with it; and on the node that drafted it the rows
-- themselves as they were then, so that one can be shown after the ledger has moved on.
CREATE TABLE report_ledger (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  ledger_root bytea NOT NULL CHECK (length(ledger_root) = 32),
  ledger_row_count int4 NOT NULL CHECK (ledger_row_count >= 0),
  ledger_day_hundredths int8 NOT NULL,
  ledger_due_fen int8 NOT NULL,
  ledger_paid_fen int8 NOT NULL,
  ledger_key bytea, -- NULL: the rows are on a child's node
  PRIMARY KEY (report_code, line_number)
);
CREATE TABLE ledger_block (
  ledger_key bytea NOT NULL,
  project_code text NOT NULL,
  block_number int4 NOT NULL,
  unit_id text NOT NULL,
  quarter text NOT NULL,
  row_count int4 NOT NULL CHECK (row_count > 0),
  block_content bytea NOT NULL,
  PRIMARY KEY (ledger_key, project_code, block_number)
);
CREATE INDEX ledger_block_quarter ON ledger_block (unit_id, quarter, ledger_key);
