-- Policies that come down from the level above. What it has said is kept beside: an own value that is at least as strict stays in force, and none
-- that is laxer may be set. Where neither direction is stricter, the later day's word holds as before.
CREATE TABLE policy_direction (
  policy_name text PRIMARY KEY,
  stricter    int4 NOT NULL CHECK (stricter IN (-1, 1)) -- 1: the higher value is stricter
);
INSERT INTO policy_direction VALUES
  ('PUBLICITY_DAYS', 1), ('FILING_DAYS', -1), ('PAY_DUE_MONTHS', -1), ('DAILY_MINIMUM_FEN', 1), ('SUPERVISOR_REVIEW_REQUIRED', 1),
  ('TOWNSHIP_REVIEW_REQUIRED', 1), ('STANDARD_STRICT', 1), ('CODE_VALID_HOURS', -1), ('CODE_ATTEMPTS', -1), ('RETENTION_YEARS', 1), ('FUND_CHECK', 1),
  ('ACCOUNT_CHECK_REQUIRED', 1), ('WAGE_ACCOUNT_DAYS', -1), ('CLOSING_NOTICE_DAYS', 1), ('ENQUIRY_DAYS', -1);
CREATE TABLE upper_policy (
  policy_name     text NOT NULL,
  valid_from_date date NOT NULL,
  policy_value    int8 NOT NULL,
  upper_unit_id   text NOT NULL,
  PRIMARY KEY (policy_name, valid_from_date)
);
-- What the software came with is nobody's word: it neither binds a level below nor stands against the level above.
CREATE TABLE shipped_policy (
  policy_name     text NOT NULL,
  valid_from_date date NOT NULL,
  policy_value    int8 NOT NULL,
  PRIMARY KEY (policy_name, valid_from_date)
);
INSERT INTO shipped_policy VALUES
  ('PUBLICITY_DAYS', '2020-01-01', 7), ('FILING_DAYS', '2020-01-01', 15), ('PAY_DUE_MONTHS', '2020-01-01', 1), ('DAILY_MINIMUM_FEN', '2020-01-01', 0),
  ('SUPERVISOR_REVIEW_REQUIRED', '2020-01-01', 0), ('TOWNSHIP_REVIEW_REQUIRED', '2020-01-01', 0), ('MONTH_DAY_HUNDREDTHS', '2020-01-01', 2175),
  ('WORKDAY_HOUR_HUNDREDTHS', '2020-01-01', 800), ('STANDARD_STRICT', '2020-01-01', 1), ('CODE_VALID_HOURS', '2020-01-01', 72),
  ('CODE_ATTEMPTS', '2020-01-01', 5), ('RETENTION_YEARS', '2020-01-01', 3), ('FUND_CHECK', '2020-01-01', 1), ('ACCOUNT_CHECK_REQUIRED', '2020-01-01', 0),
  ('WAGE_ACCOUNT_DAYS', '2020-01-01', 30), ('CLOSING_NOTICE_DAYS', '2020-01-01', 30), ('ENQUIRY_DAYS', '2020-01-01', 2);
-- What the level above has said and what holds of it on a day; NULL: nothing.
CREATE FUNCTION upper_policy_on(name text, day date) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT policy_value FROM upper_policy WHERE policy_name = name AND valid_from_date <= day ORDER BY valid_from_date DESC LIMIT 1$$;
-- By how much the first is stricter than the second; NULL: the policy knows no stricter.
CREATE FUNCTION policy_stricter(name text, one int8, other int8) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT (one - other) * stricter FROM policy_direction WHERE policy_name = name$$;
