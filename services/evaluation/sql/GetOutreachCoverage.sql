-- GetOutreachCoverageRequest -> OutreachCoverage
-- Who should have been reached in the year: active members, and the owners of projects that stand on a list of the year.
WITH wanted AS (
  SELECT unit_id, bool_or(is_member) AS is_member, bool_or(is_owner) AS is_owner FROM (
    SELECT unit_id, true AS is_member, false AS is_owner FROM unit WHERE is_member AND active
    UNION ALL
    SELECT y.unit_id, false, true FROM project_party y JOIN project_list e USING (project_code)
    WHERE y.relation = 'OWNER' AND e.list_year = :outreach_year AND e.list_state IN ('LISTED', 'ADJUSTED')) w
  GROUP BY unit_id
),
judged AS (
  SELECT w.*, coalesce(u.unit_name, w.unit_id) AS unit_name, EXISTS (
    SELECT 1 FROM outreach_unit r JOIN outreach o USING (outreach_code)
    WHERE r.unit_id = w.unit_id AND o.outreach_date BETWEEN make_date(:outreach_year, 1, 1) AND make_date(:outreach_year, 12, 31)) AS reached
  FROM wanted w LEFT JOIN unit u USING (unit_id)
)
SELECT :outreach_year AS outreach_year, count(*) FILTER (WHERE is_member)::int4 AS member_required_count,
  count(*) FILTER (WHERE is_member AND reached)::int4 AS member_reached_count, count(*) FILTER (WHERE is_owner)::int4 AS owner_required_count,
  count(*) FILTER (WHERE is_owner AND reached)::int4 AS owner_reached_count, coalesce(bool_and(reached), false) AS fully_covered,
  coalesce(json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'is_member', is_member, 'is_owner', is_owner) ORDER BY unit_id)
    FILTER (WHERE NOT reached), '[]') AS missed
FROM judged
