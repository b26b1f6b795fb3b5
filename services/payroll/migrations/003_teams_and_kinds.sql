-- Sheets by team, kinds of lines, whose pay it is, lines held by an objection, months that were opened again, and standards that know
-- the division and the month's days.

ALTER TABLE project ADD COLUMN division_code text, ADD COLUMN complete_date date;

-- seal_number counts the seals of a month; is_open: sealed once and open again.
ALTER TABLE sealed_month ADD COLUMN seal_number int4 NOT NULL DEFAULT 1, ADD COLUMN is_open bool NOT NULL DEFAULT false;
ALTER TABLE sealed_attendance
  ADD COLUMN team_name        text NOT NULL DEFAULT '',
  ADD COLUMN post_name        text,
  ADD COLUMN pay_cycle        text,
  ADD COLUMN pay_day          int4,
  ADD COLUMN site_role        text,
  ADD COLUMN hours_hundredths int8 NOT NULL DEFAULT 0,
  ADD COLUMN piece_hundredths int8 NOT NULL DEFAULT 0;
-- Who is to be paid by which sheet; '' = those in no team.
CREATE TABLE sealed_team (
  project_code   text NOT NULL,
  month          text NOT NULL,
  team_name      text NOT NULL,
  worker_count   int4 NOT NULL,
  day_hundredths int8 NOT NULL,
  PRIMARY KEY (project_code, month, team_name)
);
INSERT INTO sealed_team (project_code, month, team_name, worker_count, day_hundredths)
  SELECT project_code, month, '', worker_count, day_hundredths FROM sealed_month WHERE worker_count > 0;

-- The names of policies are those of the message.
ALTER TABLE pay_policy DROP CONSTRAINT IF EXISTS pay_policy_name;
INSERT INTO pay_policy (policy_name, valid_from_date, policy_value, source_note) VALUES
  ('TOWNSHIP_REVIEW_REQUIRED', '2020-01-01', 0, '村或乡镇审核两本台账后支付（滑县2023），由区里设定'),
  ('MONTH_DAY_HUNDREDTHS', '2020-01-01', 2175, '月计薪天数21.75天（劳社部发〔2008〕3号）'),
  ('WORKDAY_HOUR_HUNDREDTHS', '2020-01-01', 800, '每日工作8小时（国务院关于职工工作时间的规定）'),
  ('STANDARD_STRICT', '2020-01-01', 1, '低于项目公布的报酬标准或支付周期不符的不予生成工资表，可由区里改为只提示'),
  ('CODE_VALID_HOURS', '2020-01-01', 72, '确认码有效期文件未规定，暂按72小时，可由区里调整'),
  ('CODE_ATTEMPTS', '2020-01-01', 5, '确认码可试次数文件未规定，暂按5次，可由区里调整'),
  ('RETENTION_YEARS', '2020-01-01', 3, '工程完工且工资全部结清后至少保存3年（保障农民工工资支付条例第十五条、第二十八条）');

-- 当地最低工资标准, dated and by division: a village takes its township's, district's, city's or province's, whichever is nearest.
CREATE TABLE minimum_wage (
  division_code   text NOT NULL,
  valid_from_date date NOT NULL,
  daily_fen       int8 NOT NULL CONSTRAINT minimum_wage_positive CHECK (daily_fen > 0),
  source_note     text NOT NULL,
  PRIMARY KEY (division_code, valid_from_date)
);
CREATE FUNCTION daily_minimum_on(division text, day date) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT coalesce(
    (SELECT m.daily_fen FROM minimum_wage m
     WHERE m.valid_from_date <= day
       AND m.division_code IN (division, left(division, 9), left(division, 6), left(division, 4) || '00', left(division, 2) || '0000')
     ORDER BY length(rtrim(m.division_code, '0')) DESC, m.valid_from_date DESC LIMIT 1),
    pay_policy_on('DAILY_MINIMUM_FEN', day))$$;

ALTER TABLE pay_standard ADD COLUMN pay_cycle text;

-- What a month's work is worth, half up to the fen. A month's wage is paid by attended days over the month's paid days, never above the
-- wage itself. NULL: no amount of money.
CREATE FUNCTION pay_gross(unit text, rate int8, days int4, hours int8, pieces int8, month_days int8) RETURNS int8 LANGUAGE sql IMMUTABLE AS
$$SELECT CASE unit
    WHEN 'DAY' THEN (days * rate + 50) / 100
    WHEN 'HOUR' THEN CASE WHEN rate <= 100000000000000000 / greatest(hours, 1) THEN (hours * rate + 50) / 100 END
    WHEN 'PIECE' THEN CASE WHEN rate <= 100000000000000000 / greatest(pieces, 1) THEN (pieces * rate + 50) / 100 END
    WHEN 'MONTH' THEN least(rate, (2 * days * rate + month_days) / (2 * month_days)) END$$;
-- The same rate for one day's work; NULL: by the piece nobody can say before the work is done.
CREATE FUNCTION daily_rate(unit text, rate int8, month_days int8, day_hours int8) RETURNS int8 LANGUAGE sql IMMUTABLE AS
$$SELECT CASE unit WHEN 'DAY' THEN rate WHEN 'HOUR' THEN rate * day_hours / 100 WHEN 'MONTH' THEN rate * 100 / month_days END$$;

ALTER TABLE wage_sheet DROP CONSTRAINT wage_sheet_sheet_state_check;
ALTER TABLE wage_sheet
  ADD CONSTRAINT wage_sheet_state CHECK (sheet_state IN ('DRAFT', 'WORKER_CONFIRMED', 'SUPERVISOR_REVIEWED', 'OWNER_APPROVED', 'PUBLICISED',
    'ORDERED', 'PARTLY_PAID', 'PAID', 'FILED', 'VOID', 'REOPENED')),
  ADD COLUMN team_name          text NOT NULL DEFAULT '',
  ADD COLUMN sheet_kind         text NOT NULL DEFAULT 'REGULAR' CHECK (sheet_kind IN ('REGULAR', 'SUPPLEMENT')),
  ADD COLUMN supplement_number  int4 NOT NULL DEFAULT 0, -- within the month; 0 = a regular sheet
  ADD COLUMN earlier_sheet_code text,
  ADD COLUMN seal_number        int4 NOT NULL DEFAULT 1,
  ADD COLUMN relief_gross_fen   int8 NOT NULL DEFAULT 0,
  ADD COLUMN contract_gross_fen int8 NOT NULL DEFAULT 0,
  ADD COLUMN staff_gross_fen    int8 NOT NULL DEFAULT 0,
  ADD COLUMN relief_net_fen     int8 NOT NULL DEFAULT 0,
  ADD COLUMN held_count         int4 NOT NULL DEFAULT 0,
  ADD COLUMN witness_count      int4 NOT NULL DEFAULT 0,
  ADD COLUMN cash_count         int4 NOT NULL DEFAULT 0,
  ADD COLUMN published_by       text,
  ADD COLUMN township_reviewed_by   text,
  ADD COLUMN township_reviewed_date date;
UPDATE wage_sheet SET relief_gross_fen = gross_fen, relief_net_fen = net_fen;
ALTER TABLE wage_sheet
  ADD CONSTRAINT wage_sheet_classes CHECK (gross_fen = relief_gross_fen + contract_gross_fen + staff_gross_fen AND relief_net_fen <= net_fen),
  ADD CONSTRAINT wage_sheet_supplement CHECK ((supplement_number > 0) = (sheet_kind = 'SUPPLEMENT'));
DROP INDEX wage_sheet_one_a_month;
-- One sheet a project, month and team (R126, R132), besides those made void; supplements are numbered.
CREATE UNIQUE INDEX wage_sheet_one_a_month ON wage_sheet (project_code, month, team_name, supplement_number) WHERE sheet_state <> 'VOID';
CREATE INDEX wage_sheet_by_month ON wage_sheet (project_code, month, sheet_version);
CREATE INDEX wage_sheet_of_month ON wage_sheet (month, project_code);
CREATE INDEX wage_sheet_reopened ON wage_sheet (project_code, sheet_code) WHERE sheet_state = 'REOPENED';

ALTER TABLE wage_line DROP CONSTRAINT wage_line_line_state_check, DROP CONSTRAINT wage_line_day_hundredths_check;
ALTER TABLE wage_line
  ADD CONSTRAINT wage_line_state CHECK (line_state IN ('DRAFT', 'CONFIRMED', 'ORDERED', 'PAID', 'REJECTED', 'UNKNOWN', 'SUPERSEDED')),
  ADD COLUMN line_kind          text NOT NULL DEFAULT 'LABOUR' CHECK (line_kind IN ('LABOUR', 'BACK_PAY')),
  ADD COLUMN pay_class          text NOT NULL DEFAULT 'WORK_RELIEF_SERVICE' CHECK (pay_class IN ('WORK_RELIEF_SERVICE', 'LABOUR_CONTRACT', 'STAFF')),
  ADD COLUMN post_name          text,
  ADD COLUMN pay_cycle          text,
  ADD COLUMN hours_hundredths   int8 NOT NULL DEFAULT 0,
  ADD COLUMN piece_hundredths   int8 NOT NULL DEFAULT 0,
  ADD COLUMN earlier_sheet_code text,
  ADD COLUMN line_reason        text,
  ADD COLUMN held               bool NOT NULL DEFAULT false,
  ADD COLUMN witness_name       text,
  ADD COLUMN witness_reason     text,
  ADD COLUMN pay_method         text NOT NULL DEFAULT 'BANK' CHECK (pay_method IN ('BANK', 'CASH')),
  ADD COLUMN cash_reason        text,
  -- No pay without work (R104); a correction of the rate alone has no days of its own.
  ADD CONSTRAINT wage_line_worked CHECK (day_hundredths > 0 OR (line_kind = 'BACK_PAY' AND day_hundredths = 0));

-- A line may be put into an order of the bank: confirmed, nobody objects, not paid in cash.
CREATE FUNCTION line_payable(state text, held bool, method text) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$SELECT state = 'CONFIRMED' AND NOT held AND method = 'BANK'$$;

-- Ledgers are kept (Reg. 724 art. 15): nothing deletes a sheet, a line or what explains them.
CREATE FUNCTION wage_ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'wage ledgers are kept'; END$$;
CREATE TRIGGER wage_sheet_is_kept BEFORE DELETE OR TRUNCATE ON wage_sheet FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();
CREATE TRIGGER wage_line_is_kept BEFORE DELETE OR TRUNCATE ON wage_line FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();
CREATE TRIGGER sheet_review_is_kept BEFORE DELETE OR TRUNCATE ON sheet_review FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();
CREATE TRIGGER objection_is_kept BEFORE DELETE OR TRUNCATE ON objection FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();
