-- Whom outreach must reach behind a project (R201): the bureau that answers for it, if it is an active member of the mechanism, and its owners.
-- Whether the owners count is a matter of the list, which the registry knows as of the quarter's last day.
CREATE FUNCTION outreach_of_project(code text, first_day date, last_day date)
  RETURNS TABLE (unit_id text, is_member bool, is_owner bool, reached_in_quarter bool, reached_in_year bool) STABLE LANGUAGE sql AS
$$SELECT w.unit_id, bool_or(w.is_member), bool_or(w.is_owner), coalesce(bool_or(e.outreach_date >= first_day), false),
    coalesce(bool_or(e.outreach_date IS NOT NULL), false)
  FROM (
    SELECT p.bureau_unit_id AS unit_id, true AS is_member, false AS is_owner FROM project p JOIN unit u ON u.unit_id = p.bureau_unit_id
    WHERE p.project_code = code AND u.is_member AND u.active
    UNION ALL
    SELECT y.unit_id, false, true FROM project_party y WHERE y.project_code = code AND y.relation = 'OWNER') w
  LEFT JOIN LATERAL (SELECT o.outreach_date FROM outreach_unit r JOIN outreach o USING (outreach_code)
    WHERE r.unit_id = w.unit_id AND o.outreach_date BETWEEN date_trunc('year', first_day)::date AND last_day) e ON true
  GROUP BY w.unit_id$$;
