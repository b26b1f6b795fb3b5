-- AnswerReferralRequest -> Referral
-- By the unit he was referred to.
WITH former AS MATERIALIZED (
  SELECT r.* FROM referral r WHERE r.project_code = :project_code AND r.worker_number = :worker_number AND r.target_unit_id = :call.unit),
problem AS MATERIALIZED (
  SELECT 'REFERRAL_UNKNOWN' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'REFERRAL_NOT_THERE', 'referral_state', referral_state || ' -> ' || :referral_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'referral' AND t.from_state = former.referral_state
                      AND t.to_state = :referral_state AND t.method = 'AnswerReferral')),
changed AS (
  UPDATE referral r SET referral_state = :referral_state, answered_date = :call.today, answer_note = :answer_note
  WHERE r.project_code = :project_code AND r.worker_number = :worker_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING r.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, worker_number, referral_state, skill_kind,
       consent_date, target_unit_id, referred_date, referral_note, answered_date, answer_note
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
