-- Fraud signals (R160). A scan fills signal_hit by one statement a kind, folds it into signals, and empties it again within one call.

CREATE TABLE signal_text (
  signal_kind  text PRIMARY KEY,
  yearly       bool NOT NULL,
  rule_note    text NOT NULL,
  signal_note  text NOT NULL, -- {persons} and {rows} are put in
  english_note text NOT NULL
);
INSERT INTO signal_text VALUES
  ('SHARED_ACCOUNT', false, 'least_count: 同一账户最少几人', '同一银行账户收取{persons}人的报酬，且未申报共用', 'One account takes the pay of {persons} people who declared no sharing'),
  ('SHARED_PHONE', false, 'least_count: 同一号码最少几人', '同一电话号码登记为{persons}人的联系电话', 'One telephone number is given for {persons} people'),
  ('PAY_WITHOUT_ATTENDANCE', false, 'least_count: 最少几行', '{persons}人的工资表工日没有考勤，或多于封存的考勤', 'The sheet pays {persons} people for days that attendance does not have'),
  ('TWO_SITES', false, 'least_count: 一天合计超过多少（百分之一工日）', '同一人同一天在两个工地出勤合计超过一个工日，共{rows}条', 'One person at two sites on one day for more than a whole day, {rows} entries'),
  ('EVERY_DAY', false, 'least_count: 最少几人; share_bp: 占全部人员的比例', '{persons}人全月无休、日日满勤，几乎为全体人员', '{persons} people, nearly everybody, worked every day of the month without a rest'),
  ('COPIED_PATTERN', false, 'least_count: 最少几人; share_bp: 超过班组这一比例即视为全班组作息', '{persons}人的不规则考勤逐日雷同，而所在班组其他人不同', 'The irregular days of {persons} people are alike to the hour, unlike those of their teams'),
  ('CONFIRMED_AT_ONCE', false, 'least_count: 最少几行; share_bp: 占整张表的比例', '{persons}人在一分钟内完成电子确认，几乎为整张表', '{persons} people, nearly the whole sheet, confirmed electronically within one minute'),
  ('STAFF_PAID', false, 'least_count: 最少几人', '施工单位管理人员{persons}人计入劳务报酬', 'Pay of {persons} people of the contractor''s own staff is counted as labour pay'),
  ('NOT_REGISTERED', false, 'least_count: 最少几人', '{persons}人不在用工名册而有报酬', '{persons} people are paid who stand in no roster'),
  ('UNDER_AGE', false, 'least_count: 最低年龄', '{persons}人签约时未满最低用工年龄', '{persons} people were below the least age when they signed'),
  ('DAYS_ABOVE_MONTH', false, 'least_count: 超出几个百分之一工日起', '{persons}人在全部项目的工资表工日合计超过当月天数', 'The days paid to {persons} people over all projects are more than the month has'),
  ('ACCOUNT_PASSED_ON', true, 'least_count: 年内最少几人', '年内同一银行账户先后用于{persons}人', 'Within the year one account served {persons} people one after the other'),
  ('DAYS_ABOVE_YEAR', true, 'least_count: 年内最多天数', '{persons}人年内出勤合计超过上限天数', '{persons} people worked more days in the year than anybody can');

CREATE TABLE signal_rule (
  signal_kind     text NOT NULL REFERENCES signal_text,
  valid_from_date date NOT NULL,
  weight          int4 NOT NULL CONSTRAINT signal_rule_weight CHECK (weight BETWEEN 0 AND 100),
  least_count     int4 NOT NULL CONSTRAINT signal_rule_least CHECK (least_count >= 0),
  share_bp        int4 NOT NULL CONSTRAINT signal_rule_share CHECK (share_bp BETWEEN 0 AND 10000),
  source_note     text NOT NULL,
  PRIMARY KEY (signal_kind, valid_from_date)
);
INSERT INTO signal_rule SELECT k, '2020-01-01', w, l, s, '文件只列举风险种类（S002 四(十)），数值暂定，可由区里调整'
FROM (VALUES ('SHARED_ACCOUNT', 60, 2, 0), ('SHARED_PHONE', 30, 4, 0), ('PAY_WITHOUT_ATTENDANCE', 80, 1, 0), ('TWO_SITES', 70, 100, 0),
  ('EVERY_DAY', 50, 5, 8000), ('COPIED_PATTERN', 50, 3, 6000), ('CONFIRMED_AT_ONCE', 40, 5, 9000), ('STAFF_PAID', 70, 1, 0),
  ('NOT_REGISTERED', 80, 1, 0), ('UNDER_AGE', 90, 16, 0), ('DAYS_ABOVE_MONTH', 70, 1, 0), ('ACCOUNT_PASSED_ON', 40, 2, 0),
  ('DAYS_ABOVE_YEAR', 40, 330, 0)) AS v(k, w, l, s);
CREATE FUNCTION signal_rule_on(kind text, day date) RETURNS signal_rule LANGUAGE sql STABLE AS
$$SELECT * FROM signal_rule WHERE signal_kind = kind AND valid_from_date <= day ORDER BY valid_from_date DESC LIMIT 1$$;

-- Empty between calls.
CREATE TABLE signal_hit (
  signal_kind      text NOT NULL,
  project_code     text NOT NULL,
  group_key        text NOT NULL,
  worker_number    int8,
  id_number_mask   text,
  row_project_code text,
  month            text,
  work_date        date,
  sheet_code       text,
  day_hundredths   int8,
  gross_fen        int8,
  row_note         text
);

CREATE TABLE fraud_scan (
  scan_number    int4 PRIMARY KEY,
  period         text NOT NULL,
  found_count    int4 NOT NULL,
  new_count      int4 NOT NULL,
  cleared_count  int4 NOT NULL,
  attendance_seq int8 NOT NULL,
  payroll_seq    int8 NOT NULL,
  scanned_by     text NOT NULL,
  scanned_date   date NOT NULL
);
CREATE TABLE fraud_signal (
  project_code    text NOT NULL,
  signal_code     text NOT NULL,
  signal_kind     text NOT NULL,
  period          text NOT NULL,
  group_key       text NOT NULL,
  rows_digest     text NOT NULL, -- of its rows: what was dismissed is not raised again for the same rows
  signal_state    text NOT NULL CHECK (signal_state IN ('OPEN', 'DISMISSED', 'CONFIRMED', 'CLEARED')),
  score           int4 NOT NULL CHECK (score BETWEEN 0 AND 100),
  person_count    int4 NOT NULL,
  involved_fen    int8 NOT NULL,
  signal_note     text NOT NULL,
  english_note    text NOT NULL,
  raised_by       text NOT NULL,
  raised_date     date NOT NULL,
  decided_by      text,
  decided_date    date,
  decision_reason text,
  finding_code    text,
  rank_key        text GENERATED ALWAYS AS (lpad((100 - score)::text, 3, '0') || ' ' || signal_code) STORED, -- worst first
  PRIMARY KEY (project_code, signal_code)
);
CREATE INDEX fraud_signal_by_rows ON fraud_signal (project_code, signal_kind, period, rows_digest);
CREATE INDEX fraud_signal_worst ON fraud_signal (signal_state, rank_key);
CREATE INDEX fraud_signal_of_project ON fraud_signal (project_code, rank_key);
CREATE INDEX fraud_signal_by_period ON fraud_signal (period, signal_kind) WHERE signal_state = 'OPEN';
CREATE TABLE fraud_signal_row (
  project_code     text NOT NULL,
  signal_code      text NOT NULL,
  row_number       int4 NOT NULL,
  worker_number    int8,
  id_number_mask   text,
  row_project_code text,
  month            text,
  work_date        date,
  sheet_code       text,
  day_hundredths   int8,
  gross_fen        int8,
  row_note         text,
  PRIMARY KEY (project_code, signal_code, row_number)
);

CREATE TABLE sharing (
  project_code   text NOT NULL,
  sharing_number int4 NOT NULL,
  share_kind     text NOT NULL CHECK (share_kind IN ('ACCOUNT', 'PHONE')),
  sharing_state  text NOT NULL CHECK (sharing_state IN ('DECLARED', 'APPROVED')),
  sharing_reason text NOT NULL,
  declared_by    text NOT NULL,
  declared_date  date NOT NULL,
  approved_by    text,
  PRIMARY KEY (project_code, sharing_number)
);
CREATE TABLE sharing_worker (
  project_code   text NOT NULL,
  sharing_number int4 NOT NULL,
  worker_number  int8 NOT NULL,
  PRIMARY KEY (project_code, sharing_number, worker_number)
);
CREATE INDEX sharing_by_worker ON sharing_worker (worker_number);
-- Whether one approved declaration covers all of these people.
CREATE FUNCTION is_shared(kind text, workers int8[]) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT EXISTS (SELECT 1 FROM sharing_worker w JOIN sharing s ON s.project_code = w.project_code AND s.sharing_number = w.sharing_number
    WHERE w.worker_number = ANY (workers) AND s.share_kind = kind AND s.sharing_state = 'APPROVED'
    GROUP BY s.project_code, s.sharing_number HAVING count(*) = cardinality(workers))$$;
