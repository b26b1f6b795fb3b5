-- What a line gives to a figure of a total. Those that are asked for most are named; every other is found by its name in the line or beside it.
CREATE FUNCTION line_figure(l report_line, f report_line_figure, figure text) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT CASE figure
    WHEN 'project_count' THEN 1
    WHEN 'started_count' THEN (l.project_state IN ('CONSTRUCTION', 'SUSPENDED', 'COMPLETED', 'ACCEPTED', 'CLOSED'))::int4
    WHEN 'paid_fen' THEN l.paid_fen WHEN 'due_fen' THEN l.due_fen WHEN 'unpaid_fen' THEN l.unpaid_fen
    WHEN 'absorbed_count' THEN l.absorbed_count WHEN 'day_hundredths' THEN l.day_hundredths
    WHEN 'total_investment_fen' THEN l.total_investment_fen WHEN 'fiscal_fen' THEN l.fiscal_fen WHEN 'central_fen' THEN l.central_fen
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
    ELSE coalesce(to_jsonb(l) ->> figure, to_jsonb(f) ->> figure)::int8 END$$;
-- Whether a figure of the totals is made of lines at all: a per-head figure is not.
CREATE FUNCTION is_line_figure(figure text, kind text) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT figure ~ '_(fen|count|hundredths)$' AND jsonb_exists(to_jsonb(t) || to_jsonb(g), figure)
    AND (jsonb_exists(to_jsonb(f) || to_jsonb(l), figure) OR (figure = 'fund_fen' AND kind = 'FUND_SOURCE') OR figure IN ('project_count', 'started_count',
      'total_investment_unknown_count', 'fiscal_unknown_count', 'central_unknown_count', 'planned_pay_unknown_count', 'listed_count', 'begun_count',
      'accepted_count', 'cumulative_listed_count', 'cumulative_begun_count', 'cumulative_accepted_count', 'invested_delta_fen',
      'cumulative_invested_delta_fen'))
  FROM (SELECT (NULL::consolidation_total).*) t CROSS JOIN (SELECT (NULL::consolidation_figure).*) g
    CROSS JOIN (SELECT (NULL::report_line).*) l CROSS JOIN (SELECT (NULL::report_line_figure).*) f$$;
