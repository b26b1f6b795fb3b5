-- What contact units reported on their projects, and to whom (R194).
CREATE TABLE contact_report (
  project_code text NOT NULL REFERENCES project,
  quarter text NOT NULL,
  report_number int4 NOT NULL,
  unit_id text NOT NULL REFERENCES unit,
  recipients text[] NOT NULL CHECK (cardinality(recipients) >= 1),
  report_note text NOT NULL,
  document_no text,
  reported_by text NOT NULL,
  reported_date date NOT NULL,
  PRIMARY KEY (project_code, quarter, report_number)
);
CREATE FUNCTION quarter_first_day(quarter text) RETURNS date IMMUTABLE LANGUAGE sql AS $$
  SELECT make_date(left(quarter, 4)::int4, 3 * right(quarter, 1)::int4 - 2, 1)
$$;
