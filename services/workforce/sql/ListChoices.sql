-- ListChoicesRequest -> ListChoicesReply.rows[]
-- The names of a township's own people; owner, contractor and bureau see whom they take on.
SELECT c.project_code, c.demand_code, c.worker_number, c.choice_state, c.rank_number, c.score, c.passed_over_count, c.choice_reason, c.chosen_by,
       c.chosen_at AS chosen_at_us, c.rank_note, w.worker_name, w.id_number_mask, c.release_reason,
       EXISTS (SELECT 1 FROM agreement g WHERE g.worker_number = c.worker_number AND g.project_code = c.project_code AND g.start_date <= c.to_date
                 AND g.end_date >= c.from_date) AS hired, c.worker_number::text AS page_key
FROM choice c JOIN worker w USING (worker_number)
WHERE c.project_code = :project_code AND c.demand_code = :demand_code AND c.worker_number > coalesce(:page_token, '-1')::int8
  AND (:call.sees_people OR unit_knows(:call.unit, c.worker_number) OR lives_under(:call.unit, w.home_division_code)
       OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
                    AND p.relation IN ('OWNER', 'CONTRACTOR', 'BUREAU')))
ORDER BY c.worker_number
LIMIT :call.limit
