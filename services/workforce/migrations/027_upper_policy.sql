-- Policies that come down from the level above. What it has said is kept beside: an own value that is at least as strict stays in force, and none
-- that is laxer may be set. Where neither direction is stricter, the later day's word holds as before.
CREATE TABLE policy_direction (
  policy_name text PRIMARY KEY,
  stricter    int4 NOT NULL CHECK (stricter IN (-1, 1)) -- 1: the higher value is stricter
);
INSERT INTO policy_direction VALUES
  ('lowest_age', 1), ('age_to_warn', -1), ('survey_fresh_days', -1), ('post_age_to_warn', -1), ('device_drift_seconds', -1), ('device_late_days', -1),
  ('repair_second_NO_NETWORK', 1), ('repair_second_BLURRED', 1), ('repair_second_DEVICE_CLOCK', 1), ('repair_second_UNPAIRED', 1),
  ('repair_second_DIFFERS', 1), ('repair_second_NOT_ADMITTED', 1), ('retrain_after_days', -1), ('roster_kept_years', 1);
CREATE TABLE upper_policy (
  policy_name   text NOT NULL,
  valid_from    date NOT NULL,
  policy_value  int8 NOT NULL,
  upper_unit_id text NOT NULL,
  PRIMARY KEY (policy_name, valid_from)
);
-- What the software came with is nobody's word: it neither binds a level below nor stands against the level above.
CREATE TABLE shipped_policy (
  policy_name  text NOT NULL,
  valid_from   date NOT NULL,
  policy_value int8 NOT NULL,
  PRIMARY KEY (policy_name, valid_from)
);
INSERT INTO shipped_policy VALUES
  ('lowest_age', '1995-01-01', 16), ('age_to_warn', '1995-01-01', 60), ('survey_fresh_days', '2023-01-01', 365), ('post_age_to_warn', '2023-01-01', 60),
  ('device_drift_seconds', '2020-01-01', 300), ('device_late_days', '2020-01-01', 45), ('pass_repeat_seconds', '2020-01-01', 60),
  ('pass_span_minutes', '2020-01-01', 960), ('repair_second_NO_NETWORK', '2020-01-01', 1), ('repair_second_BLURRED', '2020-01-01', 1),
  ('repair_second_DEVICE_CLOCK', '2020-01-01', 1), ('repair_second_UNPAIRED', '2020-01-01', 1), ('repair_second_DIFFERS', '2020-01-01', 1),
  ('repair_second_NOT_ADMITTED', '2020-01-01', 1), ('retrain_after_days', '2019-03-01', 1096), ('roster_kept_years', '2020-05-01', 3);
-- What the level above has said and what holds of it on a day; NULL: nothing.
CREATE FUNCTION upper_policy_on(name text, day date) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT policy_value FROM upper_policy WHERE policy_name = name AND valid_from <= day ORDER BY valid_from DESC LIMIT 1$$;
-- By how much the first is stricter than the second; NULL: the policy knows no stricter.
CREATE FUNCTION policy_stricter(name text, one int8, other int8) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT (one - other) * stricter FROM policy_direction WHERE policy_name = name$$;
