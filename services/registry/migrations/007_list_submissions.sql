-- Yearly lists as the bureaus send them to the office (R050). A later submission takes the place of an earlier one, which stays.

CREATE TABLE list_submission (
  unit_id text NOT NULL REFERENCES unit,
  list_year int4 NOT NULL,
  submission_number int4 NOT NULL,
  nil_list bool NOT NULL,
  entry_count int4 NOT NULL CHECK (nil_list = (entry_count = 0)),
  total_investment_fen int8,
  expected_workers int4 NOT NULL,
  submit_note text,
  submitted_by text NOT NULL,
  submitted_date date NOT NULL,
  superseded_date date,
  PRIMARY KEY (unit_id, list_year, submission_number)
);
CREATE INDEX list_submission_by_year ON list_submission (list_year, unit_id);
CREATE TABLE list_submission_line (
  unit_id text NOT NULL,
  list_year int4 NOT NULL,
  submission_number int4 NOT NULL,
  line_number int4 NOT NULL,
  project_code text NOT NULL, -- of a project that may stand in another node's registry
  project_name text NOT NULL,
  field text NOT NULL,
  division_code text,
  list_kind text NOT NULL,
  list_level text NOT NULL,
  plan_note text NOT NULL,
  expected_workers int4 NOT NULL,
  total_investment_fen int8,
  planned_pay_fen int8,
  PRIMARY KEY (unit_id, list_year, submission_number, line_number),
  FOREIGN KEY (unit_id, list_year, submission_number) REFERENCES list_submission
);
INSERT INTO policy_parameter VALUES
  ('year_list_due_day', '', '2000-01-01', 90, 'R050 asks for promptness and names no day; the 90th day of the year is ours');

CREATE FUNCTION year_list_due(list_year int4, division text) RETURNS date STABLE LANGUAGE sql AS $$
  SELECT make_date(list_year, 1, 1) + parameter_on('year_list_due_day', division, make_date(list_year, 1, 1))::int4 - 1
$$;

-- What was listed for a year at the end of a day: each bureau's last submission, and this registry's own entries of those that sent none.
CREATE FUNCTION list_claims(wanted_year int4, day date) RETURNS TABLE (
  project_code text, project_name text, unit_id text, field text, division_code text, place text, list_kind text, list_level text, plan_note text,
  expected_workers int4, total_investment_fen int8, planned_pay_fen int8, submission_number int4
) STABLE LANGUAGE sql AS $$
  SELECT l.project_code, l.project_name, l.unit_id, l.field, l.division_code, l.division_code, l.list_kind, l.list_level, l.plan_note,
    l.expected_workers, l.total_investment_fen, l.planned_pay_fen, l.submission_number
  FROM list_submission s JOIN list_submission_line l USING (unit_id, list_year, submission_number)
  WHERE s.list_year = wanted_year AND s.submitted_date <= day AND (s.superseded_date IS NULL OR day < s.superseded_date)
  UNION ALL
  SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, p.division_code, coalesce(p.division_code, p.town_village_name), e.list_kind,
    e.list_level, x.plan_note, x.expected_workers, p.total_investment_fen, p.planned_pay_fen, 0
  FROM list_entry x JOIN list_entry_spell e USING (project_code, list_year) JOIN project p USING (project_code)
  WHERE x.list_year = wanted_year AND e.list_state IN ('LISTED', 'ADJUSTED') AND e.valid_from <= day AND (e.valid_to IS NULL OR day < e.valid_to)
    AND NOT EXISTS (SELECT 1 FROM list_submission s WHERE s.unit_id = p.bureau_unit_id AND s.list_year = wanted_year AND s.submitted_date <= day)
$$;
-- A name as people compare it: no spaces, one kind of bracket.
CREATE FUNCTION plain_name(name text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT translate(name, '（）“” 　', '()') $$;
