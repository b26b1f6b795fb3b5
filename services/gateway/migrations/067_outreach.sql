-- Coverage of outreach (R201, facts C.7): on a line the units behind the project and whether outreach reached them; in a total each unit once.
-- Lines of the time before say nothing of it, which is not 0: their projects are counted as unknown.
ALTER TABLE report_line_figure ADD COLUMN outreach_required_count int4, ADD COLUMN outreach_reached_count int4,
  ADD COLUMN cumulative_outreach_reached_count int4;
CREATE TABLE report_line_outreach (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  unit_id text NOT NULL,
  is_member bool NOT NULL,
  is_owner bool NOT NULL,
  reached_in_quarter bool NOT NULL,
  reached_in_year bool NOT NULL,
  PRIMARY KEY (report_code, line_number, unit_id)
);
ALTER TABLE consolidation_figure ADD COLUMN outreach_required_count int4, ADD COLUMN outreach_reached_count int4,
  ADD COLUMN cumulative_outreach_reached_count int4, ADD COLUMN outreach_unknown_count int4 NOT NULL DEFAULT 0;
UPDATE consolidation_figure f SET outreach_unknown_count = t.project_count, outreach_required_count = CASE t.project_count WHEN 0 THEN 0 END,
  outreach_reached_count = CASE t.project_count WHEN 0 THEN 0 END, cumulative_outreach_reached_count = CASE t.project_count WHEN 0 THEN 0 END
FROM consolidation_total t WHERE (t.quarter, t.consolidation_number, t.total_kind, t.total_key)
  = (f.quarter, f.consolidation_number, f.total_kind, f.total_key);
-- Codes of units are given by a district: the same code under two districts is two units. A line's district is its path without the unit at its end.
CREATE FUNCTION outreach_district(path text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT coalesce(regexp_replace(path, '/?[^/]*$', ''), '')$$;

-- Lines and totals tell it from 070 on.
CREATE OR REPLACE FUNCTION is_line_figure(figure text, kind text) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT figure ~ '_(fen|count|hundredths)$' AND jsonb_exists(to_jsonb(t) || to_jsonb(g), figure)
    AND (jsonb_exists(to_jsonb(f) || to_jsonb(l), figure) OR (figure = 'fund_fen' AND kind = 'FUND_SOURCE') OR figure IN ('project_count', 'started_count',
      'total_investment_unknown_count', 'fiscal_unknown_count', 'central_unknown_count', 'planned_pay_unknown_count', 'outreach_unknown_count',
      'listed_count', 'begun_count', 'accepted_count', 'cumulative_listed_count', 'cumulative_begun_count', 'cumulative_accepted_count',
      'invested_delta_fen', 'cumulative_invested_delta_fen'))
  FROM (SELECT (NULL::consolidation_total).*) t CROSS JOIN (SELECT (NULL::consolidation_figure).*) g
    CROSS JOIN (SELECT (NULL::report_line).*) l CROSS JOIN (SELECT (NULL::report_line_figure).*) f$$;
