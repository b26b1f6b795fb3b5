-- GetWorkerRequest -> Worker
SELECT w.worker_number, w.worker_token, w.worker_name, w.id_number_mask, w.birth_date, w.sex, w.phone, w.home_division_code, w.home_address,
       w.population_kind, w.ethnicity_code, w.account_holder, w.account_no_mask, w.bank_name, w.skill_level, w.ability_note,
       w.safety_trained_date,
       (SELECT json_agg(json_build_object('priority_group', g.priority_group, 'valid_from_date', g.valid_from_date,
               'valid_to_date', g.valid_to_date, 'group_source', g.group_source) ORDER BY g.valid_from_date, g.priority_group)
        FROM worker_group g WHERE g.worker_number = w.worker_number) AS groups
FROM worker w
WHERE w.worker_number = person_of(:worker_number)
  AND (:call.sees_people
       OR EXISTS (SELECT 1 FROM worker_unit u WHERE u.worker_number = w.worker_number AND u.unit_id = :call.unit)
       OR EXISTS (SELECT 1 FROM agreement a JOIN project_party p USING (project_code)
                  WHERE a.worker_number = w.worker_number AND p.unit_id = :call.unit))
