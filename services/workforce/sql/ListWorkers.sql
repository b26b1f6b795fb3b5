-- ListWorkersRequest -> ListWorkersReply.rows[]
SELECT w.worker_number, w.worker_token, w.worker_name, w.id_number_mask, w.birth_date, w.sex, w.phone, w.home_division_code, w.home_address,
       w.population_kind, w.ethnicity_code, w.account_holder, w.account_no_mask, w.bank_name, w.skill_level, w.ability_note,
       w.safety_trained_date, w.worker_number::text AS page_key
FROM worker w
WHERE w.worker_number > coalesce(:page_token, '-1')::int8 AND w.merged_into IS NULL
  AND (:worker_name IS NULL OR w.worker_name = :worker_name)
  AND (:home_division_code IS NULL OR starts_with(w.home_division_code, :home_division_code))
  AND (:priority_group IS NULL OR EXISTS (
    SELECT 1 FROM worker_group g WHERE g.worker_number = w.worker_number AND g.priority_group = :priority_group
      AND g.valid_from_date <= :call.today AND coalesce(g.valid_to_date, 'infinity') >= :call.today))
  AND (:call.sees_people
       OR EXISTS (SELECT 1 FROM worker_unit u WHERE u.worker_number = w.worker_number AND u.unit_id = :call.unit)
       OR EXISTS (SELECT 1 FROM agreement a JOIN project_party p USING (project_code)
                  WHERE a.worker_number = w.worker_number AND p.unit_id = :call.unit))
ORDER BY w.worker_number
LIMIT :call.limit
