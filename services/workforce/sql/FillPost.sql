-- FillPostRequest -> PostHolding
-- The holder belongs to a priority group, and people of first choice are not passed over, or a reason says why.
WITH post AS MATERIALIZED (
  SELECT p.*, j.project_state, j.division_code AS project_division FROM upkeep_post p JOIN project j USING (project_code)
  WHERE p.project_code = :project_code AND p.post_code = :post_code),
person AS MATERIALIZED (
  SELECT w.*, (to_char(:from_date::date, 'YYYYMMDD')::int4 - to_char(w.birth_date, 'YYYYMMDD')::int4) / 10000 AS age_years FROM worker w
  WHERE w.worker_number = :worker_number AND (:call.sees_people OR unit_knows(:call.unit, w.worker_number) OR lives_under(:call.unit, w.home_division_code))),
candidate AS MATERIALIZED (SELECT * FROM post_candidates(:project_code, :post_code, :from_date, :worker_number)),
holder AS MATERIALIZED (
  SELECT c.*, (SELECT count(*) FROM candidate b WHERE b.first_choice AND NOT c.first_choice)::int4 AS passed_over_count FROM candidate c
  WHERE c.worker_number = :worker_number),
problem AS MATERIALIZED (
  SELECT 'POST_UNKNOWN' AS refusal, 'post_code' AS refusal_path, :post_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM post)
  UNION ALL
  SELECT 'POST_NOT_VACANT', 'post_code', post_state FROM post
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'post' AND t.from_state = post_state AND t.method = 'FillPost')
  UNION ALL
  SELECT 'POST_NOT_VACANT', 'from_date', from_date || '/' || coalesce(end_date, to_date) FROM post_holding
  WHERE project_code = :project_code AND post_code = :post_code AND from_date <= :to_date::date AND coalesce(end_date, to_date) >= :from_date::date
  UNION ALL
  SELECT 'POST_TOO_EARLY', 'project_code', project_state FROM post
  WHERE NOT (project_state IN ('COMPLETED', 'ACCEPTED', 'CLOSED') OR (long_upkeep AND project_state = 'CONSTRUCTION'))
  UNION ALL
  SELECT 'DATES_REVERSED', 'to_date', NULL WHERE :to_date::date < :from_date::date
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'worker_number', :worker_number::text WHERE NOT EXISTS (SELECT 1 FROM person)
  UNION ALL
  SELECT 'WORKER_MERGED', 'worker_number', merged_into::text FROM person WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT 'UNDER_AGE', 'worker_number', age_years::text FROM person WHERE age_years < policy_on('lowest_age', :from_date)
  UNION ALL
  SELECT 'HOLDER_HAS_POST', 'worker_number', h.project_code || ' ' || h.post_code FROM post_holding h, person
  WHERE h.worker_number = :worker_number AND h.from_date <= :to_date::date AND coalesce(h.end_date, h.to_date) >= :from_date::date
  UNION ALL
  SELECT 'HOLDER_NEEDS_REASON', 'holder_reason', CASE WHEN priority_groups = '{}' THEN '0' ELSE passed_over_count::text END FROM holder, person
  WHERE :holder_reason IS NULL AND (priority_groups = '{}' OR passed_over_count > 0)),
filled AS (
  UPDATE upkeep_post p SET post_state = 'FILLED'
  WHERE p.project_code = :project_code AND p.post_code = :post_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING p.post_state, p.post_kind, p.monthly_pay_fen),
written AS (
  INSERT INTO post_holding (project_code, post_code, holding_number, worker_number, from_date, to_date, holder_category, holder_reason,
                            priority_group, first_choice, worked_here, trained_here, is_local, passed_over_count, age_years, placed_by)
  SELECT :project_code, :post_code, 1 + (SELECT count(*) FROM post_holding h WHERE h.project_code = :project_code AND h.post_code = :post_code),
         :worker_number, :from_date, :to_date, :holder_category, :holder_reason,
         CASE WHEN 'OUT_OF_POVERTY' = ANY (holder.priority_groups) THEN 'OUT_OF_POVERTY' ELSE holder.priority_groups[1] END, holder.first_choice,
         holder.worked_here, holder.trained_here, coalesce(left(person.home_division_code, 6) = left(post.division_code, 6), false),
         holder.passed_over_count, holder.age_years, :call.principal
  FROM holder, person, post, filled
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.project_code, w.post_code, w.holding_number, w.worker_number,
       person.worker_name, person.id_number_mask, w.from_date, w.to_date, w.holder_category, w.holder_reason, w.priority_group, w.first_choice,
       w.worked_here, w.trained_here, w.is_local, w.passed_over_count, w.age_years, w.age_years > policy_on('post_age_to_warn', :from_date) AS age_warning,
       filled.post_state, filled.post_kind, filled.monthly_pay_fen
FROM written w, filled, person
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL FROM problem
