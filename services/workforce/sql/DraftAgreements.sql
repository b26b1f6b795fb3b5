-- DraftAgreementsRequest -> AddAgreementsRequest.lines[]
-- The chosen who have no agreement yet, ready to be sent to AddAgreements as they stand.
SELECT d.project_code, d.demand_code || '-' || c.worker_number AS agreement_code, c.worker_number, 'WORK_RELIEF_SERVICE' AS employment_kind, d.post_name,
       d.content_note AS work_content, d.pay_unit, d.rate_fen, 'MONTH' AS pay_cycle, coalesce(:start_date::date, d.from_date) AS start_date,
       coalesce(:end_date::date, d.to_date) AS end_date, 'BUILDER' AS site_role, d.task_number
FROM labour_demand d JOIN choice c USING (project_code, demand_code)
WHERE d.project_code = :project_code AND d.demand_code = :demand_code AND c.choice_state = 'CHOSEN'
  AND NOT EXISTS (SELECT 1 FROM agreement g WHERE g.worker_number = c.worker_number AND g.project_code = c.project_code AND g.start_date <= c.to_date
                    AND g.end_date >= c.from_date)
ORDER BY c.rank_number, c.worker_number
LIMIT 500
