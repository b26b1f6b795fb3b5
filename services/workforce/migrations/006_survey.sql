-- Labour surveys of townships; the merge of two records of one person.
INSERT INTO policy VALUES ('survey_fresh_days', '2023-01-01', 365, 'R084; the period is the district''s own');

-- What a category of the survey says beside itself.
CREATE TABLE survey_category (
  survey_category text PRIMARY KEY,
  population_kind text,             -- the person's, from then on
  priority_group  text              -- membership from the day he was asked, unless it runs already
);
INSERT INTO survey_category VALUES ('RURAL_LABOUR', 'RURAL_LABOUR', NULL), ('UNEMPLOYED', NULL, 'UNEMPLOYED'), ('DISASTER_HIT', NULL, 'DISASTER_AFFECTED'),
  ('HARD_TO_EMPLOY', 'HARD_TO_EMPLOY', NULL), ('URBAN_LOW_INCOME', 'URBAN_LOW_INCOME', NULL), ('OTHER', NULL, NULL);

CREATE TABLE survey (
  township_unit_id text NOT NULL,
  survey_code      text NOT NULL,
  survey_date      date NOT NULL,
  surveyor_name    text NOT NULL,
  policy_explained bool NOT NULL,
  policy_note      text,
  person_count     int4 NOT NULL,
  recorded_by      text NOT NULL,
  PRIMARY KEY (township_unit_id, survey_code)
);
CREATE TABLE survey_line (
  township_unit_id  text NOT NULL,
  survey_code       text NOT NULL,
  worker_number     int8 NOT NULL,
  checked_date      date NOT NULL,
  survey_category   text NOT NULL,
  employment_status text NOT NULL,
  willing           bool NOT NULL,
  available_from    date,
  available_to      date,
  priority_group    text,
  skill_kind        text,
  skill_level       text,
  ability_note      text,
  PRIMARY KEY (township_unit_id, survey_code, worker_number)
);
-- The latest answer of each person: the supply side.
CREATE TABLE labour (
  worker_number     int8 PRIMARY KEY,
  township_unit_id  text NOT NULL,
  survey_code       text NOT NULL,
  checked_date      date NOT NULL,
  survey_category   text NOT NULL,
  employment_status text NOT NULL,
  willing           bool NOT NULL,
  available_from    date NOT NULL,
  available_to      date NOT NULL,  -- infinity: no end
  skill_kind        text,
  skill_level       text,
  ability_note      text
);
CREATE INDEX labour_township ON labour (township_unit_id, worker_number);

-- Records found to be another's: kept, and resolved in reads.
ALTER TABLE worker ADD COLUMN merged_into int8;
CREATE TABLE worker_merge (
  former_number int8 PRIMARY KEY,
  worker_number int8 NOT NULL,
  merge_reason  text NOT NULL,
  merged_by     text NOT NULL,
  merged_at     timestamptz NOT NULL
);
CREATE INDEX worker_merge_into ON worker_merge (worker_number);
CREATE INDEX sealed_worker_person ON sealed_worker (worker_number, month);
CREATE INDEX trainee_person ON trainee (worker_number);

-- Whether a unit has to do with a person: it brought him in, or he works on its project.
CREATE FUNCTION unit_knows(unit text, number int8) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT EXISTS (SELECT 1 FROM worker_unit u WHERE u.unit_id = unit AND u.worker_number = number)
      OR EXISTS (SELECT 1 FROM agreement a JOIN project_party p USING (project_code) WHERE a.worker_number = number AND p.unit_id = unit)$$;
-- Whether a township is his home. A home known to the county only may be in any of its townships.
CREATE FUNCTION lives_under(unit text, home text) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = unit AND u.unit_kind = 'TOWNSHIP' AND u.division_code IS NOT NULL
                   AND (starts_with(home, left(u.division_code, 9)) OR starts_with(left(u.division_code, 9), home)))$$;
-- A dated parameter on a day.
CREATE FUNCTION policy_on(name text, day date) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT policy_value FROM policy WHERE policy_name = name AND valid_from <= day ORDER BY valid_from DESC LIMIT 1$$;
-- The record that stands for a number today.
CREATE FUNCTION person_of(number int8) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT coalesce((SELECT m.worker_number FROM worker_merge m WHERE m.former_number = number), number)$$;
-- The same for a place on the map: 4 the same village, 3 township, 2 county, 1 city, 0 elsewhere or unknown.
CREATE FUNCTION nearness(home text, place text) RETURNS int4 LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN home IS NULL OR place IS NULL THEN 0
  WHEN length(home) = 12 AND length(place) = 12 AND home = place AND right(place, 3) <> '000' THEN 4
  WHEN length(home) >= 9 AND length(place) >= 9 AND left(home, 9) = left(place, 9) AND substr(place, 7, 3) <> '000' THEN 3
  WHEN left(home, 6) = left(place, 6) THEN 2 WHEN left(home, 4) = left(place, 4) THEN 1 ELSE 0 END$$;
