-- AddWorkersRequest -> AddWorkersReply.rows[]
-- The same person again is the same worker: what was empty is filled, nothing is overwritten (ChangeWorker does that, with a reason). There is one
-- writer, so who was not known a moment ago is inserted plainly: an insert that must expect a conflict costs twice as much.
WITH given AS (
  SELECT l.*, (n - 1)::int4 AS i, ('x' || encode(substr(worker_token, 1, 8), 'hex'))::bit(64)::int8 & 9223372036854775807 AS worker_number
  FROM unnest(:lines.worker_name, :lines.id_number, :lines.id_number_token, :lines.id_number_mask, :lines.id_number_birth_date,
              :lines.id_number_sex, :lines.phone, :lines.home_division_code, :lines.home_address, :lines.population_kind,
              :lines.ethnicity_code, :lines.account_holder, :lines.account_no, :lines.account_no_token, :lines.account_no_mask,
              :lines.bank_name, :lines.skill_level, :lines.ability_note) WITH ORDINALITY
    AS l(worker_name, id_number, worker_token, id_number_mask, birth_date, sex, phone, home_division_code, home_address, population_kind,
         ethnicity_code, account_holder, account_no, account_no_token, account_no_mask, bank_name, skill_level, ability_note, n)),
line AS MATERIALIZED (
  SELECT i, given.worker_number, k.worker_number IS NOT NULL AS already_known, k.worker_token AS known_token, k.worker_name AS known_name,
    k.id_number_mask AS known_mask, k.merged_into, given.worker_token, given.id_number_mask, given.worker_name, id_number, birth_date, sex, phone, home_division_code,
    home_address, population_kind, ethnicity_code, account_holder, account_no, account_no_token, account_no_mask, bank_name, skill_level, ability_note
  FROM given LEFT JOIN (SELECT worker_number, worker_token, worker_name, id_number_mask, merged_into FROM worker) k USING (worker_number)),
problem AS MATERIALIZED (
  SELECT 'WORKER_NAME_DIFFERS' AS refusal, 'lines[' || i || '].worker_name' AS refusal_path, known_mask AS refusal_detail
  FROM line WHERE already_known AND worker_name <> known_name
  UNION ALL
  SELECT 'WORKER_TWICE', 'lines[' || i || '].id_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'WORKER_NUMBER_TAKEN', 'lines[' || i || '].id_number', known_mask FROM line WHERE already_known AND worker_token <> known_token),
added AS (
  INSERT INTO worker (worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, phone, home_division_code,
                      home_address, population_kind, ethnicity_code, account_holder, account_no, account_no_token, account_no_mask,
                      bank_name, skill_level, ability_note, added_at)
  SELECT worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, phone, home_division_code, home_address,
         population_kind, ethnicity_code, coalesce(account_holder, worker_name), account_no, account_no_token, account_no_mask,
         bank_name, coalesce(skill_level, 'UNSKILLED'), ability_note, :call.now
  FROM line WHERE NOT already_known AND NOT EXISTS (SELECT 1 FROM problem)),
filled AS (
  UPDATE worker w SET
    phone = coalesce(w.phone, line.phone), home_address = coalesce(w.home_address, line.home_address),
    ethnicity_code = coalesce(w.ethnicity_code, line.ethnicity_code), ability_note = coalesce(w.ability_note, line.ability_note),
    account_holder = CASE WHEN w.account_no IS NULL THEN coalesce(line.account_holder, line.worker_name) ELSE w.account_holder END,
    bank_name = CASE WHEN w.account_no IS NULL THEN line.bank_name ELSE w.bank_name END,
    account_no = coalesce(w.account_no, line.account_no), account_no_token = coalesce(w.account_no_token, line.account_no_token),
    account_no_mask = coalesce(w.account_no_mask, line.account_no_mask)
  FROM line WHERE line.already_known AND w.worker_number = line.worker_number AND NOT EXISTS (SELECT 1 FROM problem)),
seen AS (
  INSERT INTO worker_unit (unit_id, worker_number, added_at)
  SELECT :call.unit, worker_number, :call.now FROM line WHERE NOT already_known AND NOT EXISTS (SELECT 1 FROM problem)),
seen_again AS (
  INSERT INTO worker_unit (unit_id, worker_number, added_at)
  SELECT :call.unit, coalesce(merged_into, worker_number), :call.now FROM line WHERE already_known AND NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT DO NOTHING)
SELECT refusal, refusal_path, refusal_detail, worker_number, worker_token, id_number_mask, already_known
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, coalesce(p.worker_number, line.worker_number) AS worker_number,
         coalesce(p.worker_token, line.worker_token) AS worker_token, coalesce(p.id_number_mask, line.id_number_mask) AS id_number_mask, already_known, i
  FROM line LEFT JOIN worker p ON p.worker_number = line.merged_into -- a wrong number that was merged stands for the person
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i
