-- What evaluation follows, and what it keeps. Tables of a project lead with project_code.

CREATE TABLE project (
  project_code         text PRIMARY KEY,
  project_name         text NOT NULL,
  bureau_unit_id       text,
  track                text,
  project_state        text,
  division_code        text,
  total_investment_fen int8,
  planned_pay_fen      int8,
  award_date           date,
  start_date           date,
  complete_date        date,
  accept_date          date
);
CREATE INDEX project_by_bureau ON project (bureau_unit_id, project_code);
CREATE TABLE project_party (
  project_code text NOT NULL,
  unit_id      text NOT NULL,
  relation     text NOT NULL,
  PRIMARY KEY (project_code, unit_id, relation)
);
CREATE TABLE fund_line (
  project_code  text NOT NULL,
  fund_code     text NOT NULL,
  fund_source   text NOT NULL,
  approved_fen  int8 NOT NULL,
  allocated_fen int8 NOT NULL,
  PRIMARY KEY (project_code, fund_code)
);
CREATE TABLE roster (
  project_code  text NOT NULL,
  worker_number int8 NOT NULL,
  PRIMARY KEY (project_code, worker_number)
);
CREATE TABLE sealed_month (
  project_code      text  NOT NULL,
  month             text  NOT NULL,
  attendance_digest bytea NOT NULL,
  worker_count      int4  NOT NULL,
  day_hundredths    int8  NOT NULL,
  PRIMARY KEY (project_code, month)
);
CREATE TABLE training (
  project_code  text NOT NULL,
  training_code text NOT NULL,
  training_date date NOT NULL,
  PRIMARY KEY (project_code, training_code)
);
CREATE TABLE trainee (
  project_code  text NOT NULL,
  training_code text NOT NULL,
  worker_number int8 NOT NULL,
  PRIMARY KEY (project_code, training_code, worker_number)
);
CREATE TABLE sheet (
  project_code      text  NOT NULL,
  sheet_code        text  NOT NULL,
  month             text  NOT NULL,
  sheet_state       text  NOT NULL,
  line_count        int4  NOT NULL,
  day_hundredths    int8  NOT NULL,
  gross_fen         int8  NOT NULL,
  net_fen           int8  NOT NULL,
  paid_fen          int8  NOT NULL,
  attendance_digest bytea NOT NULL,
  due_date          date,
  settled_date      date,
  filed_date        date,
  PRIMARY KEY (project_code, sheet_code)
);
CREATE INDEX sheet_by_month ON sheet (project_code, month);
CREATE TABLE bank_order (
  project_code text NOT NULL,
  order_code   text NOT NULL,
  sheet_code   text NOT NULL,
  total_fen    int8 NOT NULL,
  paid_fen     int8 NOT NULL,
  PRIMARY KEY (project_code, order_code)
);

-- Which sources of money make up a basis. Bonds, loans, own and social money are no fiscal funds.
CREATE TABLE ratio_basis_source (
  ratio_basis text NOT NULL,
  fund_source text NOT NULL,
  PRIMARY KEY (ratio_basis, fund_source)
);
INSERT INTO ratio_basis_source VALUES
  ('CENTRAL_FUNDS', 'CENTRAL_BUDGET_INVESTMENT'), ('CENTRAL_FUNDS', 'CENTRAL_LINKING'),
  ('CENTRAL_BUDGET_INVESTMENT', 'CENTRAL_BUDGET_INVESTMENT'),
  ('FISCAL_FUNDS', 'CENTRAL_BUDGET_INVESTMENT'), ('FISCAL_FUNDS', 'CENTRAL_LINKING'), ('FISCAL_FUNDS', 'PROVINCIAL_LINKING'),
  ('FISCAL_FUNDS', 'PROVINCIAL'), ('FISCAL_FUNDS', 'CITY'), ('FISCAL_FUNDS', 'DISTRICT'),
  ('PROVINCIAL_FUNDS', 'PROVINCIAL'), ('PROVINCIAL_FUNDS', 'PROVINCIAL_LINKING'),
  ('LINKING_FUNDS', 'CENTRAL_LINKING'), ('LINKING_FUNDS', 'PROVINCIAL_LINKING');

-- The least share of labour pay, by place, track, basis and time (R139). division_prefix '' = the whole country, track NULL = every track.
CREATE TABLE ratio_rule (
  rule_code          text PRIMARY KEY,
  division_code      text,
  division_prefix    text NOT NULL,
  track              text CHECK (track IN ('SPECIAL_FUND', 'NONGTUI', 'ZHONGTUI')),
  ratio_basis        text NOT NULL CHECK (ratio_basis IN ('CENTRAL_FUNDS', 'CENTRAL_BUDGET_INVESTMENT', 'FISCAL_FUNDS', 'PROVINCIAL_FUNDS',
                       'LINKING_FUNDS', 'TOTAL_INVESTMENT')),
  floor_bp           int4 NOT NULL CONSTRAINT ratio_rule_floor CHECK (floor_bp > 0 AND floor_bp <= 10000),
  valid_from_date    date NOT NULL,
  valid_to_date      date,
  rule_standing      text NOT NULL CHECK (rule_standing IN ('IN_FORCE', 'DRAFT_TEXT', 'LOCAL_TARGET')),
  source_note        text NOT NULL,
  linking_funds_only bool NOT NULL,
  CONSTRAINT ratio_rule_period CHECK (valid_to_date IS NULL OR valid_from_date <= valid_to_date)
);
CREATE FUNCTION division_prefix(code text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT regexp_replace(coalesce(code, ''), '(00)+$', '')$$;
INSERT INTO ratio_rule (rule_code, division_code, division_prefix, track, ratio_basis, floor_bp, valid_from_date, valid_to_date, rule_standing,
  source_note, linking_funds_only) VALUES
  ('CN-2014-CENTRAL', NULL, '', 'SPECIAL_FUND', 'CENTRAL_FUNDS', 1000, '2014-01-01', '2019-12-31', 'IN_FORCE', '中央资金的10%，至2020年前（S003 一(一)）', false),
  ('CN-2020-CENTRAL', NULL, '', 'SPECIAL_FUND', 'CENTRAL_FUNDS', 1500, '2020-01-01', '2022-12-31', 'IN_FORCE', '中央资金的15%，自2020年（S003 一(一)）', false),
  ('CN-2022-KEY', NULL, '', 'ZHONGTUI', 'CENTRAL_BUDGET_INVESTMENT', 3000, '2022-07-05', NULL, 'IN_FORCE', '配套重点工程的中央预算内投资，30%以上（国办函〔2022〕58号）', false),
  ('CN-2023-CBI', NULL, '', 'SPECIAL_FUND', 'CENTRAL_BUDGET_INVESTMENT', 3000, '2023-01-01', '2025-06-30', 'IN_FORCE', '中央预算内投资以工代赈项目，30%以上（国家发展改革委2023-06-12）', false),
  ('CN-2025-CBI', NULL, '', 'SPECIAL_FUND', 'CENTRAL_BUDGET_INVESTMENT', 4000, '2025-07-01', NULL, 'IN_FORCE', '中央预算内投资，2025年第三批起40%（已公开的批次；起始日暂定为2025-07-01）', false),
  ('SX-NONGTUI', '140000', '14', 'NONGTUI', 'FISCAL_FUNDS', 1500, '2023-01-01', NULL, 'DRAFT_TEXT', '使用衔接资金的农推项目，不低于项目财政资金总额的15%（S002 一(一)，送审稿）', true),
  ('HUA-2023', '410526', '410526', NULL, 'PROVINCIAL_FUNDS', 2000, '2023-01-01', '2023-12-31', 'LOCAL_TARGET', '河南滑县2023：省级资金的20%', false),
  ('BEICHUAN-2023', '510726', '510726', NULL, 'FISCAL_FUNDS', 2500, '2023-01-01', '2023-12-31', 'LOCAL_TARGET', '四川北川2023：财政资金的25%', false),
  ('FUJIAN-2024-P', '350000', '35', NULL, 'PROVINCIAL_FUNDS', 1500, '2024-01-01', '2024-12-31', 'LOCAL_TARGET', '福建2024：省级资金的15%', false),
  ('FUJIAN-2024-C', '350000', '35', NULL, 'CENTRAL_FUNDS', 2000, '2024-01-01', '2024-12-31', 'LOCAL_TARGET', '福建2024：中央资金的20%', false),
  ('JINGYAN-2026', '511124', '511124', NULL, 'FISCAL_FUNDS', 4200, '2026-01-01', '2026-12-31', 'LOCAL_TARGET', '四川井研2026：补助资金的42%（375万元，不低于157.50万元）', false);

CREATE TABLE ratio_check (
  project_code  text NOT NULL,
  check_number  int4 NOT NULL,
  pay_basis     text NOT NULL CHECK (pay_basis IN ('PLANNED', 'PAID')),
  rule_code     text,
  ratio_basis   text,
  pay_fen       int8 NOT NULL,
  base_fen      int8 NOT NULL,
  ratio_bp      int4,
  floor_bp      int4,
  missing_fen   int8 NOT NULL,
  ratio_result  text NOT NULL CHECK (ratio_result IN ('PASS', 'BELOW', 'NOT_APPLICABLE')),
  rule_standing text,
  source_note   text,
  checked_by    text NOT NULL,
  checked_date  date NOT NULL,
  PRIMARY KEY (project_code, check_number),
  CONSTRAINT ratio_check_base CHECK (base_fen > 0 OR ratio_result = 'NOT_APPLICABLE')
);

CREATE TABLE ledger_check (
  project_code      text NOT NULL,
  check_number      int4 NOT NULL,
  month_count       int4 NOT NULL,
  training_count    int4 NOT NULL,
  mismatch_count    int4 NOT NULL,
  new_finding_count int4 NOT NULL,
  checked_by        text NOT NULL,
  checked_date      date NOT NULL,
  PRIMARY KEY (project_code, check_number)
);

-- What a control stage must look at (S002 四(十)).
CREATE TABLE control_checklist (
  control_stage   text NOT NULL,
  inspection_item text NOT NULL,
  PRIMARY KEY (control_stage, inspection_item)
);
INSERT INTO control_checklist VALUES
  ('AWARD', 'PUBLICITY'), ('IMPLEMENTATION', 'CONTRACT_CLAUSES'), ('SUPERVISOR_REVIEW', 'LABOUR_PAY'), ('SUPERVISOR_REVIEW', 'LABOUR_ORG'),
  ('SUPERVISOR_REVIEW', 'WORKER_LEDGER'), ('SUPERVISOR_REVIEW', 'PAY_LEDGER'), ('ACCEPTANCE', 'WORKER_LEDGER'), ('ACCEPTANCE', 'PAY_LEDGER'),
  ('ACCEPTANCE', 'TRAINING_LEDGER');

CREATE TABLE inspection (
  project_code       text NOT NULL,
  inspection_code    text NOT NULL,
  inspection_date    date NOT NULL,
  inspection_stage   text NOT NULL CHECK (inspection_stage IN ('BEFORE', 'DURING', 'AFTER')),
  control_stage      text,
  item_count         int4 NOT NULL,
  failed_count       int4 NOT NULL,
  inspecting_unit_id text NOT NULL,
  inspector_names    text[] NOT NULL,
  inspected_by       text NOT NULL,
  PRIMARY KEY (project_code, inspection_code)
);
CREATE TABLE inspection_item (
  project_code    text NOT NULL,
  inspection_code text NOT NULL,
  inspection_item text NOT NULL,
  item_result     text NOT NULL,
  item_note       text,
  PRIMARY KEY (project_code, inspection_code, inspection_item)
);

CREATE TABLE finding (
  project_code        text NOT NULL,
  finding_code        text NOT NULL,
  finding_number      int4 NOT NULL,
  inspection_code     text,
  finding_kind        text NOT NULL,
  subject             text,          -- what a ledger check found it on: a month, a training
  involved_fen        int8 NOT NULL CHECK (involved_fen >= 0),
  finding_note        text NOT NULL,
  responsible_unit_id text,
  due_date            date NOT NULL,
  finding_state       text NOT NULL CHECK (finding_state IN ('OPEN', 'SUBMITTED', 'VERIFIED', 'REOPENED')),
  found_by            text NOT NULL,
  found_date          date NOT NULL,
  verified_date       date,
  attempt_count       int4 NOT NULL DEFAULT 0,
  rectification_note  text,
  submitted_by        text,
  verify_note         text,
  PRIMARY KEY (project_code, finding_code)
);
CREATE INDEX finding_by_code ON finding (finding_code);
CREATE UNIQUE INDEX finding_one_by_subject ON finding (project_code, finding_kind, subject) WHERE subject IS NOT NULL AND finding_state <> 'VERIFIED';
CREATE TABLE rectification (
  project_code       text NOT NULL,
  finding_code       text NOT NULL,
  attempt            int4 NOT NULL,
  rectification_note text NOT NULL,
  recovered_fen      int8 NOT NULL,
  submitted_by       text NOT NULL,
  submitted_date     date NOT NULL,
  verdict            text,
  verify_note        text,
  verified_by        text,
  verified_date      date,
  PRIMARY KEY (project_code, finding_code, attempt)
);

CREATE TABLE supervision_report (
  project_code       text NOT NULL,
  month              text NOT NULL,
  labour_org_note    text NOT NULL,
  labour_pay_note    text NOT NULL,
  supervisor_unit_id text NOT NULL,
  filed_by           text NOT NULL,
  filed_date         date NOT NULL,
  PRIMARY KEY (project_code, month)
);

CREATE TABLE complaint (
  project_code     text NOT NULL,
  complaint_code   text NOT NULL,
  complaint_source text NOT NULL,
  complaint_state  text NOT NULL CHECK (complaint_state IN ('OPEN', 'ANSWERED')),
  complaint_note   text NOT NULL,
  raised_by        text NOT NULL,
  raised_date      date NOT NULL,
  answer_note      text,
  answered_by      text,
  answered_date    date,
  PRIMARY KEY (project_code, complaint_code)
);
CREATE INDEX complaint_by_code ON complaint (complaint_code);

CREATE TABLE evaluation_policy (
  valid_from_date     date PRIMARY KEY,
  organisation_weight int4 NOT NULL CHECK (organisation_weight > 0),
  pay_weight          int4 NOT NULL CHECK (pay_weight > 0),
  training_weight     int4 NOT NULL CHECK (training_weight > 0),
  year_minimum_count  int4 NOT NULL CHECK (year_minimum_count >= 0),
  source_note         text NOT NULL,
  CONSTRAINT evaluation_weights_sum CHECK (organisation_weight + pay_weight + training_weight = 100)
);
INSERT INTO evaluation_policy VALUES ('2020-01-01', 30, 50, 20, 2, '文件未规定权重和次数，暂定，可由区里调整（D14）');
CREATE TABLE evaluation (
  project_code       text NOT NULL,
  evaluation_code    text NOT NULL,
  evaluation_number  int4 NOT NULL,
  organisation_score int4 NOT NULL CHECK (organisation_score BETWEEN 0 AND 100),
  pay_score          int4 NOT NULL CHECK (pay_score BETWEEN 0 AND 100),
  training_score     int4 NOT NULL CHECK (training_score BETWEEN 0 AND 100),
  total_score        int4 NOT NULL,
  evaluation_grade   text NOT NULL,
  capped_reason      text,
  participant_count  int4 NOT NULL,
  verdict_note       text NOT NULL,
  evaluated_by       text NOT NULL,
  evaluated_date     date NOT NULL,
  PRIMARY KEY (project_code, evaluation_number)
);
CREATE TABLE evaluation_participant (
  project_code      text NOT NULL,
  evaluation_number int4 NOT NULL,
  participant_kind  text NOT NULL,
  unit_id           text NOT NULL,
  PRIMARY KEY (project_code, evaluation_number, participant_kind, unit_id)
);
