-- What the alerts of a wage platform (Reg. 724 art. 38) are measured against, dated; and when each worker's agreement ends.

CREATE TABLE alert_threshold (
  alert_kind      text NOT NULL CHECK (alert_kind IN ('NOBODY_PAID', 'NOT_DRAWN', 'FEWER_PAID_THAN_ATTENDED', 'UNPAID_SHARE', 'AVERAGE_BELOW_FLOOR',
                    'PERSON_ABOVE_MONTH', 'PERSON_ABOVE_YEAR', 'LEAVER_UNSETTLED', 'CASH_SHARE', 'WITNESS_SHARE', 'RATE_ABOVE_STANDARD',
                    'RATE_BELOW_STANDARD', 'CYCLE_NOT_KEPT')),
  valid_from_date date NOT NULL,
  yellow_value    int8 NOT NULL CHECK (yellow_value >= 0),
  red_value       int8 NOT NULL CHECK (red_value >= 0),
  source_note     text NOT NULL,
  PRIMARY KEY (alert_kind, valid_from_date)
);
INSERT INTO alert_threshold (alert_kind, valid_from_date, yellow_value, red_value, source_note) VALUES
  ('NOBODY_PAID', '2020-01-01', 30, 60, '月末后满若干天无人领到工资：农民工工资应按月支付（条例第十三、二十四条）；天数由区里调整'),
  ('NOT_DRAWN', '2020-01-01', 10, 30, '考勤封存后未编制工资表的天数（月末起算）；文件未规定，由区里调整'),
  ('FEWER_PAID_THAN_ATTENDED', '2020-01-01', 1, 10, '到期后已领人数少于出勤人数的差（人）；由区里调整'),
  ('UNPAID_SHARE', '2020-01-01', 1000, 3000, '到期后未付占应付的万分比：10%黄、30%红；由区里调整'),
  ('AVERAGE_BELOW_FLOOR', '2020-01-01', 10000, 8000, '平均日报酬占当地最低标准的万分比，低于此值预警；由区里调整'),
  ('PERSON_ABOVE_MONTH', '2020-01-01', 1500000, 3000000, '一人一月报酬（分）过高；文件未规定，由区里调整'),
  ('PERSON_ABOVE_YEAR', '2020-01-01', 12000000, 20000000, '一人一年报酬（分）过高；文件未规定，由区里调整'),
  ('LEAVER_UNSETTLED', '2020-01-01', 7, 30, '协议终止后未结清的天数；文件未规定，由区里调整'),
  ('CASH_SHARE', '2020-01-01', 1000, 3000, '现金发放行占工资表行数的万分比：原则上通过银行卡（S001 四(五)）；由区里调整'),
  ('WITNESS_SHARE', '2020-01-01', 1000, 3000, '见证人代为确认行占工资表行数的万分比；由区里调整'),
  ('RATE_ABOVE_STANDARD', '2020-01-01', 2000, 5000, '协议报酬高于岗位标准的万分比；由区里调整'),
  ('RATE_BELOW_STANDARD', '2020-01-01', 1, 1000, '协议报酬低于岗位标准的万分比；由区里调整'),
  ('CYCLE_NOT_KEPT', '2020-01-01', 1, 1000000, '协议约定按周、按日等支付而按月发放的行数；由区里调整');

-- The last day of each worker's agreements on a project.
CREATE TABLE agreement_end (
  project_code  text NOT NULL,
  agreement_code text NOT NULL,
  worker_number int8 NOT NULL,
  end_date      date NOT NULL,
  PRIMARY KEY (project_code, agreement_code)
);
CREATE INDEX agreement_end_by_worker ON agreement_end (project_code, worker_number);

-- Paid of a sheet until the end of a day: the sheet's own sums when nothing was paid later.
CREATE FUNCTION sheet_paid_on(sheet wage_sheet, day date) RETURNS TABLE (paid_count int4, paid_fen int8) LANGUAGE sql STABLE AS
$$SELECT sheet.paid_count, sheet.paid_fen WHERE sheet.last_paid_date IS NULL OR sheet.last_paid_date <= day
  UNION ALL
  SELECT count(*)::int4, coalesce(sum(l.net_fen), 0)::int8 FROM wage_line l
  WHERE sheet.last_paid_date > day AND l.project_code = sheet.project_code AND l.sheet_code = sheet.sheet_code AND l.line_state = 'PAID' AND l.paid_date <= day
  HAVING sheet.last_paid_date > day$$;

-- Fen as yuan with two decimals, for sentences.
CREATE FUNCTION yuan(fen int8) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT (fen / 100) || '.' || lpad((fen % 100)::text, 2, '0')$$;
