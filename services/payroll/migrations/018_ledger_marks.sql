-- A mark stands for a project's wage lines of a quarter. A draft asks for it (MarkLedgers); the first change takes it away, and no mark is ever given
-- twice. Every statement that changes what a line says changes its sheet too (a test reads them all), so that the sheet alone is watched: one row a
-- statement, however many lines.
CREATE TABLE ledger_mark (
  project_code text NOT NULL,
  quarter text NOT NULL,
  mark bytea NOT NULL, -- the call that gave it
  PRIMARY KEY (project_code, quarter)
);
CREATE FUNCTION unmark_sheet() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM ledger_mark m WHERE m.project_code = NEW.project_code AND m.quarter = left(NEW.month, 4) || 'Q' || (right(NEW.month, 2)::int4 + 2) / 3;
  RETURN NULL;
END $$;
CREATE TRIGGER wage_sheet_mark AFTER INSERT OR UPDATE ON wage_sheet FOR EACH ROW EXECUTE FUNCTION unmark_sheet();
