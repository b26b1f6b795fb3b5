-- What a scan looks for among many and finds few of: 10,000 people of a month are looked at while the writer waits.
CREATE INDEX attended_staff ON attended (month, worker_number) WHERE site_role = 'STAFF';
CREATE INDEX attended_phone ON attended (month, phone_digest, worker_number) WHERE phone_digest IS NOT NULL;
CREATE INDEX agreement_young ON agreement (project_code, worker_number) WHERE age_years < 18;
CREATE INDEX ledger_line_account ON ledger_line (month, account_no_token, worker_number) WHERE account_no_token IS NOT NULL;
CREATE INDEX ledger_line_self_confirmed ON ledger_line (month, project_code, sheet_code) WHERE confirm_method NOT IN ('SIGNATURE', 'FINGERPRINT', 'WITNESS');
-- Irregular days, told apart by a digest: at least eight days, two of them not whole. NULL: as regular as everybody's.
ALTER TABLE attended ADD COLUMN irregular_digest bytea GENERATED ALWAYS AS (CASE WHEN attended_days >= 8
  AND (length(days_text) - length(replace(days_text, ':100', ''))) / 4 <= attended_days - 2 THEN decode(md5(days_text), 'hex') END) STORED;
CREATE INDEX attended_irregular ON attended (month, project_code, irregular_digest) WHERE irregular_digest IS NOT NULL;
