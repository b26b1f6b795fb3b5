-- ClosePostRequest -> Post
WITH former AS MATERIALIZED (SELECT * FROM upkeep_post WHERE project_code = :project_code AND post_code = :post_code),
problem AS MATERIALIZED (
  SELECT 'POST_UNKNOWN' AS refusal, 'post_code' AS refusal_path, :post_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'POST_NOT_VACANT', 'post_code', post_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'post' AND t.from_state = post_state AND t.method = 'ClosePost')
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', 'post_code', set_by FROM former WHERE set_by = :call.principal),
changed AS (
  UPDATE upkeep_post p SET post_state = 'CLOSED', closed_date = :call.today, close_reason = :close_reason
  WHERE p.project_code = :project_code AND p.post_code = :post_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING p.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, post_code, post_kind, post_name, long_upkeep,
       division_code, duty_note, monthly_pay_fen, post_fund_name, post_state, set_date, closed_date, close_reason
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
