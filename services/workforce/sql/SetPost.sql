-- SetPostRequest -> Post
-- Set anew or, while nobody holds it, changed.
WITH former AS MATERIALIZED (SELECT * FROM upkeep_post WHERE project_code = :project_code AND post_code = :post_code),
problem AS MATERIALIZED (
  SELECT 'PROJECT_TAKES_NO_POSTS' AS refusal, 'project_code' AS refusal_path, (SELECT project_state FROM project WHERE project_code = :project_code) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code AND project_state IN ('APPROVED', 'AWARDED', 'CONSTRUCTION', 'COMPLETED', 'ACCEPTED', 'CLOSED'))
  UNION ALL
  SELECT 'POST_NOT_VACANT', 'post_code', post_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'post' AND t.from_state = post_state AND t.method = 'SetPost')),
written AS (
  INSERT INTO upkeep_post (project_code, post_code, post_kind, post_name, long_upkeep, division_code, duty_note, monthly_pay_fen, post_fund_name,
                           post_state, set_by, set_date)
  SELECT :project_code, :post_code, :post_kind, :post_name, :long_upkeep, :division_code, :duty_note, :monthly_pay_fen, :post_fund_name, 'VACANT',
         :call.principal, :call.today
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, post_code) DO UPDATE SET post_kind = excluded.post_kind, post_name = excluded.post_name,
    long_upkeep = excluded.long_upkeep, division_code = excluded.division_code, duty_note = excluded.duty_note,
    monthly_pay_fen = excluded.monthly_pay_fen, post_fund_name = excluded.post_fund_name, set_by = excluded.set_by
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, post_code, post_kind, post_name, long_upkeep,
       division_code, duty_note, monthly_pay_fen, post_fund_name, post_state, set_date
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
