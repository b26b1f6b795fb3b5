-- ReleaseChoiceRequest -> Choice
WITH former AS MATERIALIZED (
  SELECT c.*, EXISTS (SELECT 1 FROM agreement g WHERE g.worker_number = c.worker_number AND g.project_code = c.project_code
                        AND g.start_date <= c.to_date AND g.end_date >= c.from_date) AS hired
  FROM choice c WHERE c.project_code = :project_code AND c.demand_code = :demand_code AND c.worker_number = :worker_number
    AND c.choice_state = 'CHOSEN'),
problem AS MATERIALIZED (
  SELECT 'CHOICE_UNKNOWN' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'HIRED_ALREADY', 'worker_number', NULL FROM former WHERE hired),
changed AS (
  UPDATE choice c SET choice_state = 'RELEASED', release_reason = :release_reason
  WHERE c.project_code = :project_code AND c.demand_code = :demand_code AND c.worker_number = :worker_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING c.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, demand_code, worker_number, choice_state,
       rank_number, score, passed_over_count, choice_reason, chosen_by, chosen_at AS chosen_at_us, rank_note, release_reason
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
