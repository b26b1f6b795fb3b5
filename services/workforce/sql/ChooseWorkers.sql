-- ChooseWorkersRequest -> ChooseWorkersReply.rows[]
-- Who is passed over for a lower rank must be owed a reason; what the ranking said at that moment is kept with the choice.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i FROM unnest(:lines.worker_number, :lines.choice_reason) WITH ORDINALITY AS l(worker_number, choice_reason, n)),
former AS MATERIALIZED (
  SELECT d.*, d.head_count - (SELECT count(*) FROM choice c WHERE c.project_code = d.project_code AND c.demand_code = d.demand_code
                                AND c.choice_state = 'CHOSEN') AS open_places
  FROM labour_demand d WHERE d.project_code = :project_code AND d.demand_code = :demand_code),
viewer AS MATERIALIZED (
  SELECT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
                   AND p.relation IN ('OWNER', 'CONTRACTOR', 'BUREAU')) AS hires),
seen AS MATERIALIZED ( -- and how many better ones would be left standing
  SELECT c.*, count(*) FILTER (WHERE c.rank_number > 0 AND NOT EXISTS (SELECT 1 FROM line WHERE line.worker_number = c.worker_number))
                OVER (ORDER BY c.rank_number)::int4 AS passed_over_count
  FROM match_candidates(:project_code, :demand_code, :call.today, false) c, viewer
  WHERE :call.sees_people OR (c.applied AND viewer.hires) OR unit_knows(:call.unit, c.worker_number) OR lives_under(:call.unit, c.home_division_code)),
problem AS MATERIALIZED (
  SELECT 'DEMAND_UNKNOWN' AS refusal, 'demand_code' AS refusal_path, :demand_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEMAND_NOT_RECRUITING', 'demand_code', demand_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'demand' AND t.from_state = demand_state AND t.method = 'ChooseWorkers')
  UNION ALL
  SELECT 'PLACES_FILLED', 'lines', (SELECT count(*) FROM line) || ' > ' || open_places FROM former WHERE (SELECT count(*) FROM line) > open_places
  UNION ALL
  SELECT 'WORKER_TWICE', 'lines[' || i || '].worker_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'NO_CANDIDATE', 'lines[' || i || '].worker_number', line.worker_number::text
  FROM line WHERE NOT EXISTS (SELECT 1 FROM seen WHERE seen.worker_number = line.worker_number) AND EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'CANDIDATE_BARRED', 'lines[' || i || '].worker_number', array_to_string(exclusions, ', ') FROM line JOIN seen USING (worker_number)
  WHERE rank_number = 0
  UNION ALL
  SELECT 'CHOICE_NEEDS_REASON', 'lines[' || i || '].choice_reason', passed_over_count::text FROM line JOIN seen USING (worker_number)
  WHERE rank_number > 0 AND passed_over_count > 0 AND choice_reason IS NULL),
written AS (
  INSERT INTO choice (project_code, demand_code, worker_number, choice_state, from_date, to_date, rank_number, score, passed_over_count,
                      choice_reason, rank_note, chosen_by, chosen_at)
  SELECT :project_code, :demand_code, line.worker_number, 'CHOSEN', former.from_date, former.to_date, seen.rank_number, seen.score,
         seen.passed_over_count, line.choice_reason,
         rank_note(group_points, population_points, near_level, near_points, skill_points, applied_points, survey_points, given_hundredths, days_points),
         :call.principal, :call.now
  FROM line JOIN seen USING (worker_number), former WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, demand_code, worker_number) DO UPDATE SET choice_state = 'CHOSEN', rank_number = excluded.rank_number,
    score = excluded.score, passed_over_count = excluded.passed_over_count, choice_reason = excluded.choice_reason, rank_note = excluded.rank_note,
    chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at, release_reason = NULL
  RETURNING *)
SELECT refusal, refusal_path, refusal_detail, project_code, demand_code, worker_number, choice_state, rank_number, score, passed_over_count,
       choice_reason, chosen_by, chosen_at_us, rank_note
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, worker_number, choice_state,
         rank_number, score, passed_over_count, w.choice_reason, chosen_by, chosen_at AS chosen_at_us, rank_note, line.i
  FROM written w JOIN line USING (worker_number)
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i, refusal_path
