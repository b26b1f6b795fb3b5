-- Visits of contact units, outreach with whom it reached, model cases; the units of the mechanism as the registry tells them.
CREATE TABLE unit (
  unit_id       text PRIMARY KEY,
  unit_name     text NOT NULL,
  unit_kind     text NOT NULL,
  division_code text,
  is_member     bool NOT NULL,
  active        bool NOT NULL
);
CREATE TABLE visit (
  project_code    text NOT NULL,
  visit_code      text NOT NULL,
  visit_date      date NOT NULL,
  visit_kind      text NOT NULL,
  visitor_names   text[] NOT NULL,
  visit_note      text NOT NULL,
  support_note    text,
  contact_unit_id text NOT NULL,
  recorded_by     text NOT NULL,
  PRIMARY KEY (project_code, visit_code)
);
CREATE INDEX visit_by_date ON visit (visit_date, project_code);
CREATE TABLE outreach (
  outreach_code   text PRIMARY KEY,
  outreach_kind   text NOT NULL,
  outreach_date   date NOT NULL,
  audience        text NOT NULL,
  outreach_title  text NOT NULL,
  place_note      text NOT NULL,
  attendee_count  int4 NOT NULL CHECK (attendee_count > 0),
  host_unit_id    text NOT NULL,
  recorded_by     text NOT NULL
);
CREATE INDEX outreach_by_date ON outreach (outreach_date, outreach_code);
CREATE TABLE outreach_unit (
  outreach_code text NOT NULL REFERENCES outreach,
  unit_id       text NOT NULL,
  PRIMARY KEY (outreach_code, unit_id)
);
CREATE INDEX outreach_unit_of ON outreach_unit (unit_id, outreach_code);
CREATE TABLE model_case (
  case_code      text PRIMARY KEY,
  case_title     text NOT NULL,
  project_code   text NOT NULL,
  case_channel   text NOT NULL,
  published_date date NOT NULL,
  practice_note  text NOT NULL,
  unit_id        text NOT NULL,
  recorded_by    text NOT NULL
);
CREATE INDEX model_case_by_date ON model_case (published_date, case_code);

-- First and last day of "2026Q3".
CREATE FUNCTION quarter_first(quarter text) RETURNS date LANGUAGE sql IMMUTABLE AS
$$SELECT make_date(substr(quarter, 1, 4)::int4, substr(quarter, 6, 1)::int4 * 3 - 2, 1)$$;
CREATE FUNCTION quarter_last(quarter text) RETURNS date LANGUAGE sql IMMUTABLE AS
$$SELECT (quarter_first(quarter) + interval '3 months' - interval '1 day')::date$$;
