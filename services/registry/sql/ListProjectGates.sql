-- ListProjectGatesRequest -> ListProjectGatesReply.rows[]
-- One row for each project that has a next step: the way forward, by tender where there is a choice.
SELECT p.project_code, p.project_name, p.bureau_unit_id, p.project_state, n.method, coalesce(g.gap_count, 0) AS gap_count, g.rules,
  p.project_code AS page_key
FROM project p JOIN (VALUES ('DRAFT', 'SubmitPreReview'), ('RETURNED', 'SubmitPreReview'), ('PRE_REVIEW', 'ApproveProject'), ('APPROVED', 'AwardProject'),
    ('AWARDED', 'StartProject'), ('CONSTRUCTION', 'ApplyDrawDown'), ('COMPLETED', 'AcceptProject'), ('ACCEPTED', 'CloseProject')) n (state, method)
  ON n.state = p.project_state,
  LATERAL (SELECT count(*)::int4 AS gap_count, array_agg(DISTINCT x.refusal ORDER BY x.refusal) AS rules
           FROM project_gates(p.project_code, :call.today) x WHERE x.method = n.method AND x.procurement_mode IS DISTINCT FROM 'NON_TENDER') g
WHERE (:page_token IS NULL OR p.project_code > :page_token) AND (NOT :blocked_only OR g.gap_count > 0)
  AND (:unit_id IS NULL OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :unit_id))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
ORDER BY p.project_code LIMIT :call.limit
