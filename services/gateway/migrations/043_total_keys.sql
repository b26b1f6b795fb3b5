-- Which rows of a consolidation a line goes into, as "KIND/key": eight, and one more for each further source of money (none: seven).
CREATE FUNCTION total_keys(l report_line, division text, unit text) RETURNS text[] LANGUAGE sql STABLE AS
$$SELECT ARRAY['ALL/', 'FIELD/' || coalesce(l.field, 'UNSPECIFIED'), 'TRACK/' || coalesce(l.track, 'UNSPECIFIED'),
    'LIST_KIND/' || coalesce(l.list_kind, 'UNSPECIFIED'), 'LIST_LEVEL/' || coalesce(l.list_level, 'UNSPECIFIED'), 'UNIT/' || unit,
    'TOWNSHIP/' || place_key(division, l.origin_path)]
  || ARRAY(SELECT 'FUND_SOURCE/' || f.fund_source FROM report_line_fund f WHERE f.report_code = l.report_code AND f.line_number = l.line_number
    ORDER BY f.fund_source COLLATE "C")$$;
