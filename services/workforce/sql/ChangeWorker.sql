-- ChangeWorkerRequest -> Worker
WITH former AS (
  SELECT w.* FROM worker w WHERE w.worker_number = person_of(:worker_number)
    AND (:call.sees_all
         OR EXISTS (SELECT 1 FROM worker_unit u WHERE u.worker_number = w.worker_number AND u.unit_id = :call.unit AND u.added_at = w.added_at)
         OR EXISTS (SELECT 1 FROM agreement a JOIN project_party p USING (project_code)
                    WHERE a.worker_number = w.worker_number AND p.unit_id = :call.unit))),
kept AS (
  INSERT INTO worker_change (worker_number, change_number, change_reason, changed_by, changed_at, former_name, former_account_no)
  SELECT worker_number, 1 + (SELECT count(*) FROM worker_change c WHERE c.worker_number = former.worker_number), :change_reason,
         :call.principal, :call.now, worker_name, account_no FROM former)
UPDATE worker w SET
  worker_name = coalesce(:worker_name, w.worker_name), phone = coalesce(:phone, w.phone),
  home_division_code = coalesce(:home_division_code, w.home_division_code), home_address = coalesce(:home_address, w.home_address),
  population_kind = coalesce(:population_kind, w.population_kind), account_holder = coalesce(:account_holder, w.account_holder),
  account_no = coalesce(:account_no, w.account_no), account_no_token = coalesce(:account_no_token, w.account_no_token),
  account_no_mask = coalesce(:account_no_mask, w.account_no_mask), bank_name = coalesce(:bank_name, w.bank_name)
FROM former WHERE w.worker_number = former.worker_number
RETURNING w.worker_number, w.worker_token, w.worker_name, w.id_number_mask, w.birth_date, w.sex, w.phone, w.home_division_code, w.home_address,
          w.population_kind, w.ethnicity_code, w.account_holder, w.account_no_mask, w.bank_name, w.skill_level, w.ability_note,
          w.safety_trained_date
