-- Policies of all services come down, and with them what was in force before this node joined or its parent's software told of it: taken once a
-- source, page by page, each page kept with the parent's signature.
ALTER TABLE down_cursor DROP CONSTRAINT down_cursor_source_check;
ALTER TABLE down_cursor ADD CONSTRAINT down_cursor_source CHECK (source IN ('registry', 'evaluation', 'gateway', 'payroll', 'workforce')),
  ADD COLUMN policies_version int4 NOT NULL DEFAULT 0, -- taken whole
  ADD COLUMN policies_taken int4 NOT NULL DEFAULT 0;   -- rows of the next one
CREATE TABLE down_policies (
  source text NOT NULL,
  source_epoch int8 NOT NULL,
  policies_version int4 NOT NULL,
  policies_from int4 NOT NULL,
  policies_to int4 NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  key_id bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (source, source_epoch, policies_version, policies_from)
);
-- Findings of the check of the three ledgers come down too.
ALTER TABLE upper_notice DROP CONSTRAINT upper_notice_notice_kind_check;
ALTER TABLE upper_notice ADD CONSTRAINT upper_notice_kind CHECK (notice_kind IN ('CIRCULAR', 'RECTIFICATION', 'LEDGER_CHECK'));
