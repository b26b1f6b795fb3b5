-- The fund ledger from the fund line to the worker: two more steps (fund line, wage account) before those of 002, the special accounts
-- (Reg. 724 art. 26, 27, 29), deposits (art. 32), and what a project's funds and contract say.

ALTER TABLE project ADD COLUMN award_date date, ADD COLUMN labour_cycle_days int4, ADD COLUMN contract_no text;

CREATE TABLE fund_line (
  project_code  text NOT NULL,
  fund_code     text NOT NULL,
  fund_source   text,
  approved_fen  int8 NOT NULL,
  allocated_fen int8 NOT NULL,
  PRIMARY KEY (project_code, fund_code)
);

CREATE TABLE wage_account (
  project_code         text NOT NULL,
  wage_account_code    text NOT NULL,
  contractor_unit_id   text NOT NULL,
  account_name         text NOT NULL,
  account_no           text NOT NULL,
  account_no_token     bytea NOT NULL,
  account_no_mask      text NOT NULL,
  bank_name            text NOT NULL,
  bank_unit_id         text,
  contract_signed_date date NOT NULL,
  opened_date          date NOT NULL,
  opened_by            text NOT NULL,
  account_state        text NOT NULL DEFAULT 'OPEN' CHECK (account_state IN ('OPEN', 'CLOSING', 'CLOSED')),
  closing_notice_date  date,
  closing_place_note   text,
  closed_date          date,
  close_reason         text,
  PRIMARY KEY (project_code, wage_account_code),
  CONSTRAINT wage_account_dates CHECK (contract_signed_date <= opened_date)
);
CREATE UNIQUE INDEX wage_account_one_a_contractor ON wage_account (project_code, contractor_unit_id) WHERE account_state <> 'CLOSED';
-- Only for this project's wages (art. 26): no account serves two.
CREATE UNIQUE INDEX wage_account_one_project ON wage_account (account_no_token) WHERE account_state <> 'CLOSED';

CREATE TABLE wage_inflow (
  project_code      text NOT NULL,
  wage_account_code text NOT NULL,
  bank_serial       text NOT NULL,
  fund_code         text NOT NULL,
  inflow_fen        int8 NOT NULL CHECK (inflow_fen > 0),
  inflow_date       date NOT NULL,
  recorded_by       text NOT NULL,
  PRIMARY KEY (project_code, wage_account_code, bank_serial)
);

CREATE TABLE remittance (
  project_code  text NOT NULL,
  sheet_code    text NOT NULL,
  bank_serial   text NOT NULL,
  remitted_fen  int8 NOT NULL CHECK (remitted_fen > 0),
  remitted_date date NOT NULL,
  recorded_by   text NOT NULL,
  PRIMARY KEY (project_code, sheet_code, bank_serial)
);

CREATE TABLE wage_deposit (
  project_code       text NOT NULL,
  deposit_code       text NOT NULL,
  contractor_unit_id text NOT NULL,
  deposit_kind       text NOT NULL CHECK (deposit_kind IN ('CASH', 'BANK_GUARANTEE', 'INSURANCE')),
  deposit_state      text NOT NULL DEFAULT 'HELD' CHECK (deposit_state IN ('HELD', 'USED', 'RELEASED')),
  deposit_fen        int8 NOT NULL CONSTRAINT deposit_positive CHECK (deposit_fen > 0),
  used_fen           int8 NOT NULL DEFAULT 0 CHECK (used_fen BETWEEN 0 AND deposit_fen),
  bank_name          text,
  valid_from_date    date NOT NULL,
  valid_to_date      date,
  recorded_by        text NOT NULL,
  released_date      date,
  release_reason     text,
  PRIMARY KEY (project_code, deposit_code),
  CONSTRAINT deposit_period CHECK (valid_to_date IS NULL OR valid_from_date <= valid_to_date)
);

-- An entry of a wage account bears the account's code, an inflow the fund line's; what is not of a sheet bears none.
ALTER TABLE posting ALTER COLUMN sheet_code DROP NOT NULL, ADD COLUMN fund_code text, ADD COLUMN wage_account_code text,
  DROP CONSTRAINT posting_debit_account_check, DROP CONSTRAINT posting_credit_account_check,
  ADD CONSTRAINT posting_accounts CHECK (
    debit_account IN ('LABOUR_COST', 'WAGES_PAYABLE', 'WITHHELD', 'IN_TRANSIT', 'BANK', 'FUND_LINE', 'WAGE_ACCOUNT', 'CONTRACTOR')
    AND credit_account IN ('LABOUR_COST', 'WAGES_PAYABLE', 'WITHHELD', 'IN_TRANSIT', 'BANK', 'FUND_LINE', 'WAGE_ACCOUNT', 'CONTRACTOR')),
  ADD CONSTRAINT posting_wage_account CHECK (wage_account_code IS NOT NULL OR 'WAGE_ACCOUNT' NOT IN (debit_account, credit_account)),
  ADD CONSTRAINT posting_fund_line CHECK (fund_code IS NOT NULL OR 'FUND_LINE' NOT IN (debit_account, credit_account));

-- What lies in the account, and what of it is not yet ordered away.
CREATE FUNCTION wage_account_balance(the_project text, the_account text) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT coalesce(sum(CASE WHEN debit_account = 'WAGE_ACCOUNT' THEN amount_fen WHEN credit_account = 'WAGE_ACCOUNT' THEN -amount_fen END), 0)::int8
  FROM posting WHERE project_code = the_project AND wage_account_code = the_account$$;
CREATE FUNCTION wage_account_reserved(the_project text, the_account text) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT coalesce(sum(CASE WHEN credit_account = 'IN_TRANSIT' THEN amount_fen WHEN debit_account = 'IN_TRANSIT' THEN -amount_fen END), 0)::int8
  FROM posting WHERE project_code = the_project AND wage_account_code = the_account$$;

INSERT INTO pay_policy (policy_name, valid_from_date, policy_value, source_note) VALUES
  ('FUND_CHECK', '2020-01-01', 1, '设有农民工工资专用账户的项目，账户余额足够方可发送支付指令（保障农民工工资支付条例第二十六、二十九条）'),
  ('ACCOUNT_CHECK_REQUIRED', '2020-01-01', 0, '发放前是否必须由银行核验账户，由区里设定（城口等地由系统核验户名与卡状态）'),
  ('WAGE_ACCOUNT_DAYS', '2020-01-01', 30, '施工合同签订之日起30日内开立专用账户（人社部发〔2021〕53号）'),
  ('CLOSING_NOTICE_DAYS', '2020-01-01', 30, '工程完工且未拖欠工资，公示30日后可撤销专用账户（保障农民工工资支付条例第二十七条）'),
  ('ENQUIRY_DAYS', '2020-01-01', 2, '银行逾期未反馈即应查询，暂按2天，可由区里调整');

-- Months of a project whose wages are not all paid: sealed and not drawn, or drawn and not settled.
CREATE FUNCTION unpaid_months(the_project text) RETURNS TABLE (month text, sheet_code text) LANGUAGE sql STABLE AS
$$SELECT s.month, s.sheet_code FROM wage_sheet s WHERE s.project_code = the_project AND s.sheet_state NOT IN ('PAID', 'FILED', 'VOID')
  UNION ALL
  SELECT DISTINCT t.month, NULL FROM sealed_team t WHERE t.project_code = the_project AND t.worker_count > 0
    AND NOT EXISTS (SELECT 1 FROM wage_sheet s WHERE s.project_code = the_project AND s.month = t.month AND s.team_name = t.team_name
      AND s.sheet_state <> 'VOID')$$;
