-- ListAgreementsRequest -> ListAgreementsReply.rows[]
-- The roster with the columns of the ledgers (facts C.6).
SELECT a.project_code, a.agreement_code, a.worker_number, w.worker_name, w.id_number_mask, a.employment_kind, a.post_name, a.work_content,
       a.pay_unit, a.rate_fen, a.pay_cycle, a.start_date, a.end_date, a.agreement_state, a.end_reason, a.employer_unit_id, a.team_name,
       a.key_post, a.insured, a.age_years, a.safety_trained_date, a.pay_day, a.site_role, a.task_number, a.work_place,
       a.document_digest, a.briefed_date, a.skill_needed, a.skill_trained_date, a.workable_from AS workable_from_date, w.sex, w.birth_date,
       w.ethnicity_code, w.phone, w.home_division_code, w.population_kind, w.skill_level, w.bank_name, w.account_no_mask, w.home_address,
       w.ability_note, w.account_holder,
       ARRAY(SELECT g.priority_group FROM worker_group g WHERE g.worker_number = a.worker_number AND g.valid_from_date <= a.start_date
               AND coalesce(g.valid_to_date, 'infinity') >= a.start_date ORDER BY g.priority_group) AS priority_groups,
       d.first_attended_date, d.last_attended_date, a.agreement_code AS page_key
FROM agreement a JOIN worker w USING (worker_number)
LEFT JOIN LATERAL (
  SELECT min(t.work_date) AS first_attended_date, max(t.work_date) AS last_attended_date FROM attendance t
  WHERE t.worker_number = a.worker_number AND t.project_code = a.project_code AND t.work_date BETWEEN a.start_date AND a.end_date) d ON true
WHERE a.project_code = :project_code AND a.agreement_code > coalesce(:page_token, '')
  AND (:worker_number IS NULL OR a.worker_number = person_of(:worker_number))
  AND (:at_date::date IS NULL OR :at_date::date BETWEEN a.start_date AND a.end_date)
ORDER BY a.agreement_code
LIMIT :call.limit
