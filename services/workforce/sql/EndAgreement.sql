-- EndAgreementRequest -> AddAgreementsReply.rows[]
WITH former AS (SELECT * FROM agreement WHERE project_code = :project_code AND agreement_code = :agreement_code),
problem AS MATERIALIZED (
  SELECT 'AGREEMENT_UNKNOWN' AS refusal, 'agreement_code' AS refusal_path, :agreement_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'AGREEMENT_NOT_RUNNING', 'agreement_code', agreement_state FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'agreement' AND t.from_state = agreement_state AND t.method = 'EndAgreement')
  UNION ALL
  SELECT 'END_OUTSIDE_AGREEMENT', 'end_date', start_date || '/' || end_date FROM former WHERE :end_date NOT BETWEEN start_date AND end_date
  UNION ALL
  SELECT 'WORKED_AFTER_END', 'end_date', max(t.work_date)::text
  FROM former JOIN attendance t ON t.worker_number = former.worker_number AND t.project_code = former.project_code
  WHERE t.work_date > :end_date AND t.work_date <= former.end_date HAVING count(*) > 0),
changed AS (
  UPDATE agreement a SET end_date = :end_date, agreement_state = 'ENDED', end_reason = :end_reason
  WHERE a.project_code = :project_code AND a.agreement_code = :agreement_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING a.*),
left_site AS (
  INSERT INTO site_passage (project_code, agreement_code, passage_kind, passage_date, hand_over_note, recorded_by)
  SELECT project_code, agreement_code, 'LEFT', end_date, :hand_over_note, :call.principal FROM changed)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, agreement_code, worker_number,
       employment_kind, post_name, work_content, pay_unit, rate_fen, pay_cycle, start_date, end_date, agreement_state, end_reason,
       employer_unit_id, team_name, key_post, insured, age_years, safety_trained_date, pay_day, site_role, task_number, work_place,
       document_digest, briefed_date, skill_needed, skill_trained_date, workable_from AS workable_from_date
FROM changed
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
