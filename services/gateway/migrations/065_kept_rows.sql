-- How long the ledger rows beneath a report are kept on the node that drafted it: dated, and never less than the law's three years behind the
-- completion of the project (Regulation 724, articles 15 and 28). What falls away is on record.
CREATE TABLE kept_years (
  division_prefix text NOT NULL,
  valid_from      date NOT NULL,
  years           int4 NOT NULL,
  PRIMARY KEY (division_prefix, valid_from)
);
INSERT INTO kept_years VALUES ('', '2020-05-01', 3);
CREATE TABLE ledger_sweep (
  ledger_key   bytea NOT NULL,
  project_code text NOT NULL,
  unit_id      text NOT NULL,
  quarter      text NOT NULL,
  block_count  int4 NOT NULL,
  row_count    int4 NOT NULL,
  kept_until   date NOT NULL,
  swept_by     text NOT NULL,
  swept_at     timestamptz NOT NULL,
  PRIMARY KEY (ledger_key, project_code)
);
CREATE INDEX ledger_sweep_unit ON ledger_sweep (unit_id, quarter, project_code);
CREATE INDEX ledger_block_age ON ledger_block (quarter, ledger_key, project_code);
-- For how many years by what holds on a day. The division stands in the national project code.
CREATE FUNCTION ledger_years(the_project text, day date) RETURNS int4 LANGUAGE sql STABLE AS
$$SELECT greatest(3, (SELECT k.years FROM kept_years k WHERE k.valid_from <= day AND starts_with(split_part(the_project, '-', 2), k.division_prefix)
                      ORDER BY length(k.division_prefix) DESC, k.valid_from DESC LIMIT 1))$$;
CREATE FUNCTION quarter_last_day(the_quarter text) RETURNS date LANGUAGE sql IMMUTABLE AS
$$SELECT (make_date(substr(the_quarter, 1, 4)::int4, 3 * substr(the_quarter, 6, 1)::int4, 1) + interval '1 month' - interval '1 day')::date$$;
-- Rows that a draw which is open may still ask for.
CREATE FUNCTION ledger_is_drawn(the_key bytea) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT EXISTS (SELECT 1 FROM report_ledger g JOIN draw d USING (report_code) WHERE g.ledger_key = the_key AND d.draw_state = 'ASKED')$$;
