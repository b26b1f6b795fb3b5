-- A figure of a line by its name: its own columns one by one, since the whole row turned into JSON costs a hundred times as much; a column that comes
-- later is still found that way, and is worth doing this again. Made of the columns there are, so that none is forgotten.
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
    WHEN 'outreach_unknown_count' THEN (f.outreach_required_count IS NULL)::int4
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
