-- ListVisitCoverageRequest -> VisitCoveragePage.rows[]
-- Listed projects of the year, those nobody has visited in the quarter first.
WITH counted AS (
  SELECT p.project_code, p.project_name,
    (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'CONTACT') AS contact_unit_id,
    n.total, n.visit_count, n.policy_count, n.guidance_count, n.summary_count
  FROM project p CROSS JOIN LATERAL (
    SELECT count(*)::int4 AS total, count(*) FILTER (WHERE visit_kind = 'VISIT')::int4 AS visit_count,
      count(*) FILTER (WHERE visit_kind = 'POLICY')::int4 AS policy_count, count(*) FILTER (WHERE visit_kind = 'GUIDANCE')::int4 AS guidance_count,
      count(*) FILTER (WHERE visit_kind = 'SUMMARY')::int4 AS summary_count
    FROM visit v WHERE v.project_code = p.project_code AND v.visit_date BETWEEN quarter_first(:quarter) AND quarter_last(:quarter)) n
  WHERE EXISTS (SELECT 1 FROM project_list e WHERE e.project_code = p.project_code AND e.list_year = substr(:quarter, 1, 4)::int4
                AND e.list_state IN ('LISTED', 'ADJUSTED'))
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
)
SELECT (total > 0)::int4 || '|' || project_code AS page_key, project_code, project_name, contact_unit_id, visit_count, policy_count,
  guidance_count, summary_count
FROM counted WHERE (total > 0)::int4 || '|' || project_code > coalesce(:page_token, '')
ORDER BY (total > 0)::int4 || '|' || project_code LIMIT :call.limit
