-- 年度专题报告 (R189): to whom and until when is dated data; facts are frozen when a report is drafted, its text when it is issued.
CREATE TABLE year_policy (
  valid_from date PRIMARY KEY,
  due_month_number int4 NOT NULL CHECK (due_month_number BETWEEN 1 AND 12),
  due_day int4 NOT NULL CHECK (due_day BETWEEN 1 AND 31),
  due_next_year bool NOT NULL,
  basis_note text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL
);
CREATE TABLE year_recipient (
  valid_from date NOT NULL,
  recipient_number int4 NOT NULL,
  recipient_kind text NOT NULL CHECK (recipient_kind IN ('DISTRICT_GOV', 'CITY_BUREAUS', 'PARTY_COMMITTEE', 'UPPER_OFFICE', 'OTHER')),
  recipient_name text NOT NULL,
  PRIMARY KEY (valid_from, recipient_number)
);
INSERT INTO year_policy VALUES ('2020-01-01', 12, 31, false, 'R189', 'system', '2020-01-01 00:00:00+08');
INSERT INTO year_recipient VALUES ('2020-01-01', 1, 'DISTRICT_GOV', '区人民政府'), ('2020-01-01', 2, 'CITY_BUREAUS', '市级有关部门');

-- What holds for a year is what holds on its last day.
CREATE FUNCTION year_policy_of(the_year int4) RETURNS date LANGUAGE sql STABLE AS
$$SELECT max(valid_from) FROM year_policy WHERE valid_from <= greatest(make_date(the_year, 12, 31), DATE '2020-01-01')$$;
CREATE FUNCTION year_due(the_year int4) RETURNS date LANGUAGE sql STABLE AS
$$SELECT least(d.first_day + p.due_day - 1, (d.first_day + interval '1 month' - interval '1 day')::date)
  FROM year_policy p CROSS JOIN LATERAL (SELECT make_date(the_year + p.due_next_year::int4, p.due_month_number, 1) AS first_day) d
  WHERE p.valid_from = year_policy_of(the_year)$$;

CREATE TABLE year_report (
  report_year int4 NOT NULL,
  revision int4 NOT NULL,
  year_report_state text NOT NULL CHECK (year_report_state IN ('DRAFT', 'ISSUED', 'REPLACED')),
  revise_reason text,
  summary_note text,
  practice_note text,
  problem_note text,
  plan_note text,
  as_of_date date NOT NULL,
  due_date date NOT NULL,
  facts_content bytea NOT NULL,
  facts_digest bytea NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  document_no text CONSTRAINT year_document_once UNIQUE,
  issued_date date,
  issued_by text,
  issued_at timestamptz,
  report_text text,
  text_digest bytea,
  PRIMARY KEY (report_year, revision),
  CONSTRAINT year_checker_is_other CHECK (issued_by <> made_by),
  CHECK ((year_report_state = 'ISSUED') = (report_text IS NOT NULL))
);
CREATE UNIQUE INDEX year_report_one_draft ON year_report (report_year) WHERE year_report_state = 'DRAFT';
