-- What payroll follows, and what it keeps. Tables of a project lead with project_code. Lines carry no foreign key: a sheet of
-- 10,000 lines is one insert, and lines are written only together with their sheet.

CREATE TABLE unit (
  unit_id   text PRIMARY KEY,
  unit_name text NOT NULL,
  unit_kind text NOT NULL,
  active    bool NOT NULL
);

CREATE TABLE project (
  project_code    text PRIMARY KEY,
  project_name    text NOT NULL,
  bureau_unit_id  text,
  project_state   text,
  planned_pay_fen int8
);
CREATE INDEX project_by_bureau ON project (bureau_unit_id, project_code);

CREATE TABLE project_party (
  project_code text NOT NULL,
  unit_id      text NOT NULL,
  relation     text NOT NULL,
  PRIMARY KEY (project_code, unit_id, relation)
);

-- A sealed month stands here only after its rows have come in and been counted.
CREATE TABLE sealed_month (
  project_code      text  NOT NULL,
  month             text  NOT NULL,
  attendance_digest bytea NOT NULL,
  worker_count      int4  NOT NULL,
  day_hundredths    int8  NOT NULL,
  PRIMARY KEY (project_code, month)
);
CREATE TABLE sealed_attendance (
  project_code     text NOT NULL,
  month            text NOT NULL,
  worker_number    int8 NOT NULL,
  worker_name      text NOT NULL,
  id_number_mask   text,
  account_holder   text,
  account_no       text,
  account_no_token bytea,
  account_no_mask  text,
  bank_name        text,
  agreement_code   text,
  employment_kind  text,
  pay_unit         text NOT NULL,
  rate_fen         int8 NOT NULL,
  day_hundredths   int4 NOT NULL,
  PRIMARY KEY (project_code, month, worker_number)
);

-- Dated policy (DESIGN 9). The first values hold until a district sets its own.
CREATE TABLE pay_policy (
  policy_name     text NOT NULL CONSTRAINT pay_policy_name
    CHECK (policy_name IN ('PUBLICITY_DAYS', 'FILING_DAYS', 'PAY_DUE_MONTHS', 'DAILY_MINIMUM_FEN', 'SUPERVISOR_REVIEW_REQUIRED')),
  valid_from_date date NOT NULL,
  policy_value    int8 NOT NULL CONSTRAINT pay_policy_not_negative CHECK (policy_value >= 0),
  source_note     text NOT NULL,
  PRIMARY KEY (policy_name, valid_from_date)
);
INSERT INTO pay_policy (policy_name, valid_from_date, policy_value, source_note) VALUES
  ('PUBLICITY_DAYS', '2020-01-01', 7, '各地公示一般不少于7天（巫溪县2025年等），可由区里调整'),
  ('FILING_DAYS', '2020-01-01', 15, '备案期限文件未规定，暂按15天，可由区里调整'),
  ('PAY_DUE_MONTHS', '2020-01-01', 1, '按月发放：当期或下一期支付（保障农民工工资支付条例第十四条）'),
  ('DAILY_MINIMUM_FEN', '2020-01-01', 0, '当地最低日工资尚未设定'),
  ('SUPERVISOR_REVIEW_REQUIRED', '2020-01-01', 0, '监理审核是否为业主审定的前提，由区里设定');
CREATE FUNCTION pay_policy_on(name text, day date) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT policy_value FROM pay_policy WHERE policy_name = name AND valid_from_date <= day ORDER BY valid_from_date DESC LIMIT 1$$;

CREATE TABLE pay_standard (
  project_code    text NOT NULL,
  post_name       text NOT NULL,
  valid_from_date date NOT NULL,
  pay_unit        text NOT NULL CHECK (pay_unit IN ('DAY', 'HOUR', 'PIECE', 'MONTH')),
  rate_fen        int8 NOT NULL CONSTRAINT pay_standard_positive CHECK (rate_fen > 0),
  PRIMARY KEY (project_code, post_name, valid_from_date)
);

CREATE TABLE wage_sheet (
  project_code           text  NOT NULL,
  sheet_code             text  NOT NULL,
  sheet_version          int4  NOT NULL,
  month                  text  NOT NULL,
  sheet_state            text  NOT NULL CHECK (sheet_state IN ('DRAFT', 'WORKER_CONFIRMED', 'SUPERVISOR_REVIEWED', 'OWNER_APPROVED',
                           'PUBLICISED', 'ORDERED', 'PARTLY_PAID', 'PAID', 'FILED', 'VOID')),
  line_count             int4  NOT NULL,
  confirmed_count        int4  NOT NULL DEFAULT 0,
  paid_count             int4  NOT NULL DEFAULT 0,
  failed_count           int4  NOT NULL DEFAULT 0,
  unknown_count          int4  NOT NULL DEFAULT 0,
  objection_count        int4  NOT NULL DEFAULT 0,
  attempt_count          int4  NOT NULL DEFAULT 0,
  day_hundredths         int8  NOT NULL,
  gross_fen              int8  NOT NULL,
  deduction_fen          int8  NOT NULL DEFAULT 0,
  net_fen                int8  NOT NULL,
  paid_fen               int8  NOT NULL DEFAULT 0,
  attendance_digest      bytea NOT NULL,
  drawn_by               text  NOT NULL,
  drawn_date             date  NOT NULL,
  approved_by            text,
  approved_date          date,
  publicity_start_date   date,
  publicity_end_date     date,
  place_note             text,
  hotline                text,
  due_date               date  NOT NULL,
  last_paid_date         date,
  settled_date           date,
  filing_due_date        date,
  filed_date             date,
  predecessor_sheet_code text,
  successor_sheet_code   text,
  void_reason            text,
  PRIMARY KEY (project_code, sheet_code),
  CONSTRAINT wage_sheet_net CHECK (net_fen = gross_fen - deduction_fen AND deduction_fen >= 0),
  CONSTRAINT wage_sheet_paid CHECK (paid_fen >= 0 AND paid_fen <= net_fen),
  CONSTRAINT wage_sheet_counts CHECK (paid_count + failed_count + unknown_count <= line_count AND confirmed_count <= line_count)
);
-- One sheet a project and month (R126, R132), besides those made void.
CREATE UNIQUE INDEX wage_sheet_one_a_month ON wage_sheet (project_code, month) WHERE sheet_state <> 'VOID';
CREATE INDEX wage_sheet_by_code ON wage_sheet (sheet_code);

CREATE TABLE wage_line (
  project_code        text NOT NULL,
  sheet_code          text NOT NULL,
  worker_number       int8 NOT NULL,
  line_number         int4 NOT NULL,
  line_state          text NOT NULL CHECK (line_state IN ('DRAFT', 'CONFIRMED', 'ORDERED', 'PAID', 'REJECTED', 'UNKNOWN')),
  worker_name         text NOT NULL,
  id_number_mask      text,
  agreement_code      text,
  employment_kind     text,
  pay_unit            text NOT NULL,
  rate_fen            int8 NOT NULL,
  day_hundredths      int4 NOT NULL CHECK (day_hundredths > 0), -- no pay without work (R104)
  gross_fen           int8 NOT NULL CHECK (gross_fen > 0),
  deduction_fen       int8 NOT NULL DEFAULT 0,
  net_fen             int8 NOT NULL CHECK (net_fen > 0 AND net_fen = gross_fen - deduction_fen),
  account_holder      text,
  account_no          text,
  account_no_token    bytea,
  account_no_mask     text,
  bank_name           text,
  account_corrected   bool NOT NULL DEFAULT false,
  confirm_method      text,
  signature_reference text,
  confirmed_by        text,
  confirmed_date      date,
  order_code          text,
  paid_date           date,
  bank_serial         text,
  reject_reason       text,
  PRIMARY KEY (project_code, sheet_code, worker_number)
) WITH (fillfactor = 80); -- each line is updated a few times in its life

CREATE TABLE deduction_rule (
  deduction_kind text PRIMARY KEY,
  lawful         bool NOT NULL,
  basis_note     text NOT NULL
);
INSERT INTO deduction_rule (deduction_kind, lawful, basis_note) VALUES
  ('SOCIAL_INSURANCE', true, '个人应缴的社会保险费（工资支付暂行规定第十五条）'),
  ('HOUSING_FUND', true, '个人应缴的住房公积金（住房公积金管理条例第十九条）'),
  ('INCOME_TAX', true, '个人所得税（工资支付暂行规定第十五条）'),
  ('COURT_ORDER', true, '法院判决、裁定中要求代扣的抚养费、赡养费（工资支付暂行规定第十五条）'),
  ('FINE', false, '罚款不得从劳务报酬中扣除'),
  ('MATERIAL', false, '材料、工具、机械费用不得从劳务报酬中扣除'),
  ('DEPOSIT', false, '押金、保证金不得从劳务报酬中扣除'),
  ('OTHER', false, '没有法律依据的扣款');
CREATE TABLE deduction (
  project_code     text NOT NULL,
  sheet_code       text NOT NULL,
  worker_number    int8 NOT NULL,
  deduction_kind   text NOT NULL REFERENCES deduction_rule,
  deduction_fen    int8 NOT NULL CHECK (deduction_fen >= 0),
  deduction_reason text NOT NULL,
  PRIMARY KEY (project_code, sheet_code, worker_number, deduction_kind)
);

CREATE TABLE sheet_review (
  project_code     text NOT NULL,
  sheet_code       text NOT NULL,
  review_number    int4 NOT NULL,
  standard_ok      bool NOT NULL,
  cycle_ok         bool NOT NULL,
  agreements_ok    bool NOT NULL,
  worker_ledger_ok bool NOT NULL,
  pay_ledger_ok    bool NOT NULL,
  review_note      text,
  reviewed_by      text NOT NULL,
  reviewed_date    date NOT NULL,
  PRIMARY KEY (project_code, sheet_code, review_number)
);

CREATE TABLE objection (
  project_code     text NOT NULL,
  sheet_code       text NOT NULL,
  objection_number int4 NOT NULL,
  worker_number    int8 NOT NULL,
  objection_state  text NOT NULL CHECK (objection_state IN ('OPEN', 'DISMISSED', 'UPHELD')),
  objection_reason text NOT NULL,
  raised_by        text NOT NULL,
  raised_date      date NOT NULL,
  resolution_note  text,
  resolved_by      text,
  resolved_date    date,
  PRIMARY KEY (project_code, sheet_code, objection_number)
);

CREATE TABLE filing (
  project_code   text NOT NULL,
  sheet_code     text NOT NULL,
  filing_unit_id text NOT NULL,
  filed_by       text NOT NULL,
  filed_date     date NOT NULL,
  PRIMARY KEY (project_code, sheet_code, filing_unit_id)
);

-- The last day of the month so many months later; before a weekend when it falls on one (Reg. 724 art. 14: earlier, never later).
CREATE FUNCTION pay_due_date(month text, months int8) RETURNS date LANGUAGE sql IMMUTABLE AS
$$SELECT day - CASE extract(isodow FROM day)::int4 WHEN 6 THEN 1 WHEN 7 THEN 2 ELSE 0 END
  FROM (SELECT ((month || '-01')::date + make_interval(months => months::int4 + 1) - interval '1 day')::date AS day) AS last$$;
