-- EndPostHoldingRequest -> PostHolding
WITH post AS MATERIALIZED (SELECT * FROM upkeep_post WHERE project_code = :project_code AND post_code = :post_code),
former AS MATERIALIZED (
  SELECT h.* FROM post_holding h WHERE h.project_code = :project_code AND h.post_code = :post_code AND h.end_date IS NULL
  ORDER BY h.holding_number DESC LIMIT 1),
problem AS MATERIALIZED (
  SELECT 'POST_UNKNOWN' AS refusal, 'post_code' AS refusal_path, :post_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM post)
  UNION ALL
  SELECT 'POST_NOT_HELD', 'post_code', post_state FROM post
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'post' AND t.from_state = post_state AND t.method = 'EndPostHolding')
  UNION ALL
  SELECT 'END_OUTSIDE_HOLDING', 'end_date', from_date || '/' || to_date FROM former WHERE :end_date::date NOT BETWEEN from_date AND to_date),
vacated AS (
  UPDATE upkeep_post p SET post_state = 'VACANT'
  WHERE p.project_code = :project_code AND p.post_code = :post_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING p.post_state, p.post_kind, p.monthly_pay_fen),
changed AS (
  UPDATE post_holding h SET end_date = :end_date, end_reason = :end_reason FROM former, vacated
  WHERE h.project_code = former.project_code AND h.post_code = former.post_code AND h.holding_number = former.holding_number
  RETURNING h.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, c.project_code, c.post_code, c.holding_number, c.worker_number,
       c.from_date, c.to_date, c.holder_category, c.holder_reason, c.priority_group, c.first_choice, c.worked_here, c.trained_here, c.is_local,
       c.passed_over_count, c.age_years, c.end_date, c.end_reason, v.post_state, v.post_kind, v.monthly_pay_fen
FROM changed c, vacated v
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL FROM problem
