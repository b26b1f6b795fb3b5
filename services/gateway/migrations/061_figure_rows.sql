-- A page of the lines beneath a figure costs a page: whether a project stands in a conflict is asked line by line, by its project.
CREATE INDEX report_line_of_project ON report_line (project_code, report_code);
-- The line's own columns by name; what has come later is still found, more slowly, by name in the whole row. Made of the columns there are, so that
-- none is forgotten.
DO $do$
DECLARE named text;
BEGIN
  SELECT string_agg(format('WHEN %L THEN %s', c.column_name, c.owner || '.' || c.column_name), ' ' ORDER BY c.owner DESC, c.column_name) INTO named
  FROM (
    SELECT column_name, CASE table_name WHEN 'report_line' THEN 'l' ELSE 'f' END AS owner,
      row_number() OVER (PARTITION BY column_name ORDER BY table_name) AS place -- report_line before report_line_figure
    FROM information_schema.columns
    WHERE table_schema = current_schema AND table_name IN ('report_line', 'report_line_figure') AND data_type IN ('integer', 'bigint')
      AND column_name ~ '_(fen|count|hundredths)$' AND column_name NOT IN ('relief_paid_fen', 'cumulative_relief_paid_fen')) c
  WHERE c.place = 1;
  EXECUTE format($f$
CREATE OR REPLACE FUNCTION line_figure(l report_line, f report_line_figure, figure text) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT CASE figure
    WHEN 'project_count' THEN 1
    WHEN 'started_count' THEN (l.project_state IN ('CONSTRUCTION', 'SUSPENDED', 'COMPLETED', 'ACCEPTED', 'CLOSED'))::int4
    WHEN 'total_investment_unknown_count' THEN (l.total_investment_fen IS NULL)::int4 WHEN 'fiscal_unknown_count' THEN (l.fiscal_fen IS NULL)::int4
    WHEN 'central_unknown_count' THEN (l.central_fen IS NULL)::int4 WHEN 'planned_pay_unknown_count' THEN (l.planned_pay_fen IS NULL)::int4
    WHEN 'listed_count' THEN coalesce(f.listed_in_quarter, false)::int4 WHEN 'begun_count' THEN coalesce(f.started_in_quarter, false)::int4
    WHEN 'accepted_count' THEN coalesce(f.accepted_in_quarter, false)::int4 WHEN 'cumulative_listed_count' THEN coalesce(f.listed_in_year, false)::int4
    WHEN 'cumulative_begun_count' THEN coalesce(f.started_in_year, false)::int4
    WHEN 'cumulative_accepted_count' THEN coalesce(f.accepted_in_year, false)::int4
    WHEN 'invested_delta_fen' THEN coalesce(f.invested_quarter_delta_fen, 0)
    WHEN 'cumulative_invested_delta_fen' THEN coalesce(f.invested_year_delta_fen, 0)
    WHEN 'relief_paid_fen' THEN coalesce(f.relief_paid_fen, l.paid_fen)
    WHEN 'cumulative_relief_paid_fen' THEN coalesce(f.cumulative_relief_paid_fen, l.cumulative_paid_fen)
    %s ELSE coalesce(to_jsonb(l) ->> figure, to_jsonb(f) ->> figure)::int8 END$$$f$, named);
END $do$;
-- Whether a line goes into that row of the totals. d: what the row's source of money gave it.
CREATE FUNCTION in_total(total_kind text, total_key text, unit_id text, l report_line, f report_line_figure, d report_line_fund) RETURNS bool
LANGUAGE sql IMMUTABLE AS
$$SELECT CASE total_kind WHEN 'ALL' THEN true WHEN 'FUND_SOURCE' THEN d.fund_source IS NOT NULL
    ELSE total_key = CASE total_kind WHEN 'UNIT' THEN unit_id WHEN 'TOWNSHIP' THEN place_key(f.division_code, l.origin_path)
      ELSE coalesce(CASE total_kind WHEN 'FIELD' THEN l.field WHEN 'TRACK' THEN l.track WHEN 'LIST_KIND' THEN l.list_kind
        WHEN 'LIST_LEVEL' THEN l.list_level END, 'UNSPECIFIED') END END$$;
-- The lines of a page, unit after unit and line after line behind the last one, until there are enough: in a loop, so that no estimate of how many units
-- a fresh consolidation has makes it read them all. A project of two units is in no sum: a line is asked for another unit's line of its project.
CREATE FUNCTION figure_page(of_quarter text, of_number int4, of_kind text, of_key text, behind_unit text, behind_line int4, most int4)
RETURNS TABLE (unit_id text, unit_name text, report_code text, line_number int4) LANGUAGE plpgsql STABLE AS $$
DECLARE
  u record;
  had int4 := 0;
  got int4;
BEGIN
  FOR u IN
    SELECT c.unit_id, c.unit_name, c.report_code FROM consolidation_unit c
    WHERE c.quarter = of_quarter AND c.consolidation_number = of_number AND c.report_state = 'ACCEPTED' AND c.unit_id >= behind_unit
      AND (of_kind <> 'UNIT' OR c.unit_id = of_key) ORDER BY c.unit_id
  LOOP
    RETURN QUERY
      SELECT u.unit_id, u.unit_name, l.report_code, l.line_number
      FROM report_line l LEFT JOIN report_line_figure f ON f.report_code = l.report_code AND f.line_number = l.line_number
        LEFT JOIN report_line_fund d ON of_kind = 'FUND_SOURCE' AND d.report_code = l.report_code AND d.line_number = l.line_number AND d.fund_source = of_key
      WHERE l.report_code = u.report_code AND l.line_number > CASE u.unit_id WHEN behind_unit THEN behind_line ELSE 0 END AND l.is_counted
        AND in_total(of_kind, of_key, u.unit_id, l, f, d)
        AND (SELECT true FROM report_line o CROSS JOIN LATERAL (SELECT r.unit_id FROM report r WHERE r.report_code = o.report_code OFFSET 0) w
             WHERE o.project_code = l.project_code AND o.is_counted AND coalesce(o.origin_unit_id, w.unit_id) <> coalesce(l.origin_unit_id, u.unit_id)
               AND o.report_code = (SELECT v.report_code FROM consolidation_unit v WHERE v.quarter = of_quarter AND v.consolidation_number = of_number
                 AND v.unit_id = w.unit_id AND v.report_state = 'ACCEPTED') LIMIT 1) IS NULL
      ORDER BY l.line_number LIMIT most - had;
    GET DIAGNOSTICS got = ROW_COUNT;
    had := had + got;
    EXIT WHEN had >= most;
  END LOOP;
END $$;
