-- A page of the lines beneath a figure costs a page: whether a project stands in a conflict is asked line by line, by its project.
CREATE INDEX report_line_of_project ON report_line (project_code, report_code);
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
