-- ReferWorkersRequest -> ReferralReply.rows[]
-- To HR or to another owner, who from then on may see the person.
WITH line AS MATERIALIZED (
  SELECT number AS worker_number, (n - 1)::int4 AS i FROM unnest(:worker_numbers) WITH ORDINALITY AS l(number, n)),
former AS MATERIALIZED (SELECT r.* FROM referral r JOIN line USING (worker_number) WHERE r.project_code = :project_code),
problem AS MATERIALIZED (
  SELECT 'TARGET_UNKNOWN' AS refusal, 'target_unit_id' AS refusal_path, :target_unit_id AS refusal_detail
  WHERE :target_unit_id = :call.unit OR NOT EXISTS (
    SELECT 1 FROM unit WHERE unit_id = :target_unit_id AND active AND unit_kind IN (
      'BUREAU', 'PLATFORM_COMPANY', 'OWNER_COMPANY', 'VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE', 'LABOUR_ORGANISATION'))
  UNION ALL
  SELECT 'REFERRAL_UNKNOWN', 'worker_numbers[' || i || ']', line.worker_number::text FROM line
  WHERE NOT EXISTS (SELECT 1 FROM former WHERE former.worker_number = line.worker_number)
  UNION ALL
  SELECT 'NO_CONSENT', 'worker_numbers[' || i || ']', referral_state FROM line JOIN former USING (worker_number) WHERE referral_state IN ('DUE', 'REFUSED')
  UNION ALL
  SELECT 'REFERRAL_NOT_THERE', 'worker_numbers[' || i || ']', referral_state FROM line JOIN former USING (worker_number)
  WHERE referral_state NOT IN ('DUE', 'REFUSED') AND NOT EXISTS (
    SELECT 1 FROM state_transition t WHERE t.machine = 'referral' AND t.from_state = referral_state AND t.method = 'ReferWorkers')
  UNION ALL
  SELECT 'WORKER_TWICE', 'worker_numbers[' || i || ']', 'worker_numbers[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i),
changed AS (
  UPDATE referral r SET referral_state = 'REFERRED', target_unit_id = :target_unit_id, referred_date = :call.today, referred_by = :call.principal,
    referral_note = :referral_note, answered_date = NULL, answer_note = NULL
  FROM line WHERE r.project_code = :project_code AND r.worker_number = line.worker_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING r.*),
shown AS (
  INSERT INTO worker_unit (unit_id, worker_number, added_at) SELECT target_unit_id, worker_number, :call.now FROM changed ON CONFLICT DO NOTHING)
SELECT refusal, refusal_path, refusal_detail, project_code, worker_number, referral_state, skill_kind, consent_date, target_unit_id, referred_date,
       referral_note
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, worker_number, referral_state, skill_kind,
         consent_date, target_unit_id, referred_date, c.referral_note, line.i
  FROM changed c JOIN line USING (worker_number)
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i, refusal_path
