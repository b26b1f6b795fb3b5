-- AddWorkersRequest -> AddWorkersReply.rows[]
-- The same person again is the same worker: what was empty is filled, nothing is overwritten (ChangeWorker does that, with a reason).
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, ('x' || encode(substr(worker_token, 1, 8), 'hex'))::bit(64)::int8 & 9223372036854775807 AS worker_number
  FROM unnest(:lines.worker_name, :lines.id_number, :lines.id_number_token, :lines.id_number_mask, :lines.id_number_birth_date,
              :lines.id_number_sex, :lines.phone, :lines.home_division_code, :lines.home_address, :lines.population_kind,
              :lines.ethnicity_code, :lines.account_holder, :lines.account_no, :lines.account_no_token, :lines.account_no_mask,
              :lines.bank_name, :lines.skill_level, :lines.ability_note) WITH ORDINALITY
    AS l(worker_name, id_number, worker_token, id_number_mask, birth_date, sex, phone, home_division_code, home_address, population_kind,
         ethnicity_code, account_holder, account_no, account_no_token, account_no_mask, bank_name, skill_level, ability_note, n)),
known AS MATERIALIZED (SELECT w.worker_number, w.worker_token, w.worker_name, w.id_number_mask, w.merged_into FROM worker w JOIN line USING (worker_number)),
problem AS MATERIALIZED (
  SELECT 'WORKER_NAME_DIFFERS' AS refusal, 'lines[' || i || '].worker_name' AS refusal_path, k.id_number_mask AS refusal_detail
  FROM line JOIN known k USING (worker_number) WHERE line.worker_name <> k.worker_name
  UNION ALL
  SELECT 'WORKER_TWICE', 'lines[' || i || '].id_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'WORKER_NUMBER_TAKEN', 'lines[' || i || '].id_number', k.id_number_mask
  FROM line JOIN known k USING (worker_number) WHERE line.worker_token <> k.worker_token),
written AS (
  INSERT INTO worker AS w (worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, phone, home_division_code,
                           home_address, population_kind, ethnicity_code, account_holder, account_no, account_no_token, account_no_mask,
                           bank_name, skill_level, ability_note, added_at)
  SELECT worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, phone, home_division_code, home_address,
         population_kind, ethnicity_code, coalesce(account_holder, worker_name), account_no, account_no_token, account_no_mask,
         bank_name, coalesce(skill_level, 'UNSKILLED'), ability_note, :call.now
  FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (worker_number) DO UPDATE SET
    phone = coalesce(w.phone, excluded.phone), home_address = coalesce(w.home_address, excluded.home_address),
    ethnicity_code = coalesce(w.ethnicity_code, excluded.ethnicity_code), ability_note = coalesce(w.ability_note, excluded.ability_note),
    account_holder = CASE WHEN w.account_no IS NULL THEN excluded.account_holder ELSE w.account_holder END,
    bank_name = CASE WHEN w.account_no IS NULL THEN excluded.bank_name ELSE w.bank_name END,
    account_no = coalesce(w.account_no, excluded.account_no), account_no_token = coalesce(w.account_no_token, excluded.account_no_token),
    account_no_mask = coalesce(w.account_no_mask, excluded.account_no_mask)
  RETURNING worker_number, worker_token, id_number_mask),
seen AS (
  INSERT INTO worker_unit (unit_id, worker_number, added_at) SELECT :call.unit, coalesce(k.merged_into, written.worker_number), :call.now FROM written LEFT JOIN known k USING (worker_number)
  ON CONFLICT DO NOTHING)
SELECT refusal, refusal_path, refusal_detail, worker_number, worker_token, id_number_mask, already_known
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, coalesce(p.worker_number, written.worker_number) AS worker_number,
         coalesce(p.worker_token, written.worker_token) AS worker_token, coalesce(p.id_number_mask, written.id_number_mask) AS id_number_mask,
         k.worker_number IS NOT NULL AS already_known, i
  FROM written JOIN line USING (worker_number) LEFT JOIN known k USING (worker_number)
  LEFT JOIN worker p ON p.worker_number = k.merged_into -- a wrong number that was merged stands for the person
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i
