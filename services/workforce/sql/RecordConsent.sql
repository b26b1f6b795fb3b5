-- RecordConsentRequest -> ReferralReply.rows[]
-- What the worker himself said; nobody is passed on without it.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i
  FROM unnest(:lines.worker_number, :lines.consented, :lines.consent_date, :lines.consent_note) WITH ORDINALITY
    AS l(worker_number, consented, consent_date, consent_note, n)),
skilled AS MATERIALIZED (SELECT * FROM skilled_trainees(:project_code)),
former AS MATERIALIZED (SELECT r.* FROM referral r JOIN line USING (worker_number) WHERE r.project_code = :project_code),
problem AS MATERIALIZED (
  SELECT 'REFERRAL_TOO_EARLY' AS refusal, 'project_code' AS refusal_path, (SELECT project_state FROM project WHERE project_code = :project_code) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code AND project_state IN ('ACCEPTED', 'CLOSED'))
  UNION ALL
  SELECT 'NOT_SKILLED_HERE', 'lines[' || i || '].worker_number', line.worker_number::text FROM line
  WHERE NOT EXISTS (SELECT 1 FROM skilled s WHERE s.worker_number = line.worker_number)
  UNION ALL
  SELECT 'WORKER_TWICE', 'lines[' || i || '].worker_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'FUTURE_DATE', 'lines[' || i || '].consent_date', consent_date::text FROM line WHERE consent_date > :call.today
  UNION ALL
  SELECT 'REFERRAL_NOT_THERE', 'lines[' || i || '].worker_number', referral_state FROM line JOIN former USING (worker_number)
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'referral' AND t.from_state = referral_state AND t.method = 'RecordConsent')),
written AS (
  INSERT INTO referral (project_code, worker_number, referral_state, skill_kind, due_date, consent_date, consent_note, consent_by)
  SELECT :project_code, worker_number, CASE WHEN consented THEN 'CONSENTED' ELSE 'REFUSED' END, skill_kind, :call.today, line.consent_date,
         line.consent_note, :call.principal
  FROM line JOIN skilled USING (worker_number) WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, worker_number) DO UPDATE SET referral_state = excluded.referral_state, consent_date = excluded.consent_date,
    consent_note = excluded.consent_note, consent_by = excluded.consent_by
  RETURNING *)
SELECT refusal, refusal_path, refusal_detail, project_code, worker_number, referral_state, skill_kind, due_date, consent_date, consent_note
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, worker_number, referral_state, skill_kind,
         due_date, w.consent_date, w.consent_note, line.i
  FROM written w JOIN line USING (worker_number)
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i, refusal_path
