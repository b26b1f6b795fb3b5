-- The yearly lists of the bureaus as the registry tells of them (R050): who has sent one, and until when it is due.
CREATE TABLE year_list (
  list_year int4 NOT NULL,
  unit_id text NOT NULL,
  submission_number int4 NOT NULL,
  nil_list bool NOT NULL,
  entry_count int4 NOT NULL,
  submitted_date date NOT NULL,
  first_submitted_date date NOT NULL,
  PRIMARY KEY (list_year, unit_id)
);
-- The registry's own first row, which it has never told of, stands here too. A unit's id begins with the code of its division.
CREATE TABLE list_due_day (
  division_prefix text NOT NULL,
  valid_from date NOT NULL,
  day_of_year int4 NOT NULL,
  PRIMARY KEY (division_prefix, valid_from)
);
INSERT INTO list_due_day VALUES ('', '2000-01-01', 90);
CREATE FUNCTION list_due(the_year int4, unit text) RETURNS date LANGUAGE sql STABLE AS
$$SELECT make_date(the_year, 1, 1) + day_of_year - 1 FROM list_due_day
  WHERE valid_from <= make_date(the_year, 1, 1) AND starts_with(unit, division_prefix)
  ORDER BY length(division_prefix) DESC, valid_from DESC LIMIT 1$$;
-- Every bureau that must send one: the members of the day, who has sent one, and whoever has projects on the year's list.
CREATE FUNCTION list_standings(the_year int4, today date) RETURNS TABLE (unit_id text, unit_name text, submission_number int4, submitted_date date,
  nil_list bool, entry_count int4, list_due_date date, is_late bool, listed_count int4) LANGUAGE sql STABLE AS
$$SELECT u.unit_id, u.unit_name, coalesce(s.submission_number, 0), s.submitted_date, coalesce(s.nil_list, false), coalesce(s.entry_count, 0),
    list_due(the_year, u.unit_id), coalesce(s.first_submitted_date, today) > list_due(the_year, u.unit_id), coalesce(h.listed, 0)::int4
  FROM unit u LEFT JOIN year_list s ON s.unit_id = u.unit_id AND s.list_year = the_year
  LEFT JOIN (SELECT p.bureau_unit_id, count(*) AS listed FROM list_entry e JOIN project p USING (project_code)
    WHERE e.list_year = the_year AND e.list_state IN ('LISTED', 'ADJUSTED') GROUP BY p.bureau_unit_id) h ON h.bureau_unit_id = u.unit_id
  WHERE u.unit_kind IN ('BUREAU', 'PLATFORM_COMPANY') AND ((u.is_member AND u.active) OR s.unit_id IS NOT NULL OR h.listed > 0)$$;
CREATE INDEX IF NOT EXISTS list_entry_year ON list_entry (list_year, project_code);
