-- Several levels: a consolidation goes up as the report of the level itself, and what the levels above decide comes down again.
-- filer_unit_id: the office that files a level's report, whose unit_id is the level's own. Its people are counts, never tokens.
ALTER TABLE report ADD COLUMN filer_unit_id text, ADD COLUMN consolidation_number int4, ADD COLUMN bears_totals bool NOT NULL DEFAULT false,
  ADD COLUMN base_expected_count int4, ADD COLUMN base_accepted_count int4, ADD COLUMN base_late_count int4, ADD COLUMN base_missing_count int4;
ALTER TABLE report_line ADD COLUMN origin_unit_id text, ADD COLUMN origin_unit_name text, ADD COLUMN origin_path text, ADD COLUMN origin_report_code text;

-- Distinct people by kind of total, in place of tokens.
CREATE TABLE report_heads (
  report_code text NOT NULL,
  total_kind text NOT NULL,
  total_key text NOT NULL,
  absorbed_count int4 NOT NULL,
  local_count int4 NOT NULL,
  female_count int4 NOT NULL,
  priority_count int4 NOT NULL,
  cumulative_absorbed_count int4 NOT NULL,
  PRIMARY KEY (report_code, total_kind, total_key)
);
-- Units beneath that were late or have no accepted report.
CREATE TABLE report_below (
  report_code text NOT NULL,
  origin_path text NOT NULL,
  unit_id text NOT NULL,
  unit_name text NOT NULL,
  report_state text NOT NULL,
  is_late bool NOT NULL,
  PRIMARY KEY (report_code, origin_path)
);
ALTER TABLE consolidation_total ADD COLUMN conflict_absorbed_count int4 NOT NULL DEFAULT 0;

-- The parent's calendar, beside this node's own.
CREATE TABLE upper_quarter (
  quarter text PRIMARY KEY,
  due_date date NOT NULL,
  quarter_state text NOT NULL CHECK (quarter_state IN ('OPEN', 'CLOSED')),
  on_time_until date NOT NULL
);

-- Which levels have taken a report in, 1 = the office it was sent to.
CREATE TABLE report_level (
  report_code text NOT NULL,
  level_number int4 NOT NULL,
  level_unit_id text NOT NULL,
  level_unit_name text NOT NULL,
  level_report_code text NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (report_code, level_number)
);
-- A decision on the report itself has no level; the others are news of what a level above decided on the report that this one went into.
ALTER TABLE decision ADD COLUMN level_number int4, ADD COLUMN level_unit_id text, ADD COLUMN level_unit_name text, ADD COLUMN level_report_code text;

-- Whether the accepted reports of the quarter are no longer those that the consolidation holds.
CREATE FUNCTION consolidation_overtaken(the_quarter text, the_number int4) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT EXISTS (
    SELECT 1 FROM (SELECT unit_id, report_code AS held FROM consolidation_unit
        WHERE quarter = the_quarter AND consolidation_number = the_number AND report_state = 'ACCEPTED') h
      FULL JOIN (SELECT e.unit_id, s.report_code AS standing FROM quarter_unit e JOIN unit_standing s USING (quarter, unit_id)
        WHERE e.quarter = the_quarter AND s.report_state = 'ACCEPTED') s USING (unit_id)
    WHERE h.held IS DISTINCT FROM s.standing)$$;
-- Base units beneath a consolidation; of a level without an accepted report nothing beneath is known, it counts as one.
CREATE FUNCTION consolidation_counts(the_quarter text, the_number int4)
  RETURNS TABLE (expected_count int4, accepted_count int4, late_count int4, missing_count int4) LANGUAGE sql STABLE AS
$$SELECT sum(CASE WHEN c.held THEN r.base_expected_count ELSE 1 END)::int4,
    sum(CASE WHEN c.held THEN r.base_accepted_count WHEN c.report_state = 'ACCEPTED' THEN 1 ELSE 0 END)::int4,
    sum(CASE WHEN c.held THEN r.base_late_count WHEN c.is_late THEN 1 ELSE 0 END)::int4,
    sum(CASE WHEN c.held THEN r.base_missing_count WHEN c.report_state IN ('MISSING', 'DRAFT') THEN 1 ELSE 0 END)::int4
  FROM consolidation_unit u LEFT JOIN report r USING (report_code)
    CROSS JOIN LATERAL (SELECT u.report_state, u.is_late, u.report_state = 'ACCEPTED' AND coalesce(r.bears_totals, false) AS held) c
  WHERE u.quarter = the_quarter AND u.consolidation_number = the_number$$;
CREATE INDEX report_line_project ON report_line (report_code, project_code);
