-- ListApplicationsRequest -> ListApplicationsReply.rows[]
-- A township sees its own people; owner, contractor and bureau everybody who wants to work on their project.
SELECT a.project_code, a.demand_code, a.worker_number, w.worker_name, w.id_number_mask, a.application_way, a.application_state, a.applied_date,
       a.applied_unit_id, a.withdraw_reason, EXISTS (
         SELECT 1 FROM choice c WHERE c.project_code = a.project_code AND c.demand_code = a.demand_code AND c.worker_number = a.worker_number
           AND c.choice_state = 'CHOSEN') AS chosen, a.worker_number::text AS page_key
FROM application a JOIN worker w USING (worker_number)
WHERE a.project_code = :project_code AND a.demand_code = :demand_code AND a.worker_number > coalesce(:page_token, '-1')::int8
  AND (:call.sees_people OR a.applied_unit_id = :call.unit OR lives_under(:call.unit, w.home_division_code)
       OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
                    AND p.relation IN ('OWNER', 'CONTRACTOR', 'BUREAU')))
ORDER BY a.worker_number
LIMIT :call.limit
