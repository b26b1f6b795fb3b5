-- AddAgreementsRequest -> AddAgreementsReply.rows[]
-- One worker has one agreement a project and month, so that a month has one pay standard and one ledger line.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, w.birth_date, w.safety_trained_date, w.worker_number IS NOT NULL AS registered, w.merged_into,
         (to_char(l.start_date, 'YYYYMMDD')::int4 - to_char(w.birth_date, 'YYYYMMDD')::int4) / 10000 AS age_years
  FROM unnest(:lines.agreement_code, :lines.worker_number, :lines.employment_kind, :lines.post_name, :lines.work_content, :lines.pay_unit,
              :lines.rate_fen, :lines.pay_cycle, :lines.start_date, :lines.end_date, :lines.team_name, :lines.key_post, :lines.insured,
              :lines.pay_day, :lines.site_role, :lines.task_number, :lines.work_place, :lines.employer_unit_id, :lines.document_digest)
       WITH ORDINALITY AS l(agreement_code, worker_number, employment_kind, post_name, work_content, pay_unit, rate_fen, pay_cycle, start_date,
                            end_date, team_name, key_post, insured, pay_day, site_role, task_number, work_place, employer_unit_id, document_digest, n)
  LEFT JOIN worker w USING (worker_number)),
running AS MATERIALIZED ( -- months are compared, not days; ended agreements count to their last day
  SELECT line.i, a.agreement_code FROM line JOIN agreement a ON a.worker_number = line.worker_number AND a.project_code = :project_code
  WHERE date_trunc('month', a.start_date::timestamp) <= line.end_date::timestamp
    AND date_trunc('month', line.start_date::timestamp) <= a.end_date::timestamp),
briefed AS MATERIALIZED (
  SELECT e.worker_number, min(t.training_date) AS briefed_date
  FROM line JOIN trainee e ON e.worker_number = line.worker_number AND e.project_code = :project_code AND e.signed_in
  JOIN training t ON t.project_code = e.project_code AND t.training_code = e.training_code AND t.technical_briefing
  WHERE line.key_post GROUP BY e.worker_number),
-- Who was nowhere at work for years is trained for safety anew: his last training before that counts no more.
safe AS MATERIALIZED (
  SELECT line.i, CASE
    WHEN line.safety_trained_date >= since.day THEN line.safety_trained_date
    WHEN EXISTS (SELECT 1 FROM attendance t WHERE t.worker_number = line.worker_number AND t.work_date >= since.day AND t.work_date < line.start_date)
      THEN line.safety_trained_date
    ELSE (SELECT min(t.training_date) FROM trainee e JOIN training t USING (project_code, training_code)
          WHERE e.worker_number = line.worker_number AND e.signed_in AND t.training_content IN ('SAFETY', 'BOTH') AND t.training_date >= since.day)
    END AS safety_trained_date
  FROM line CROSS JOIN LATERAL (SELECT line.start_date - policy_on('retrain_after_days', line.start_date)::int4 AS day) since
  WHERE line.safety_trained_date IS NOT NULL),
skilled AS MATERIALIZED ( -- what the task asks for, and the first training of that kind
  SELECT line.i, k.training_required AS skill_needed, k.skill_kind,
         CASE WHEN k.training_required THEN (
           SELECT min(t.training_date) FROM trainee e JOIN training t USING (project_code, training_code)
           WHERE e.worker_number = line.worker_number AND e.signed_in AND t.training_content IN ('SKILL', 'BOTH')
             AND (k.skill_kind IS NULL OR t.skill_kind = k.skill_kind)) END AS skill_trained_date
  FROM line JOIN project_task k ON k.project_code = :project_code AND k.task_number = line.task_number),
problem AS MATERIALIZED (
  SELECT 'PROJECT_TAKES_NO_AGREEMENTS' AS refusal, 'project_code' AS refusal_path, (SELECT project_state FROM project WHERE project_code = :project_code) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = :project_code AND p.takes_agreements)
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'lines[' || i || '].worker_number', worker_number::text FROM line WHERE NOT registered
  UNION ALL
  SELECT 'WORKER_MERGED', 'lines[' || i || '].worker_number', merged_into::text FROM line WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT 'DATES_REVERSED', 'lines[' || i || '].end_date', NULL FROM line WHERE end_date < start_date
  UNION ALL
  SELECT 'PAY_DAY_INVALID', 'lines[' || i || '].pay_day', pay_day::text FROM line WHERE pay_day NOT BETWEEN 1 AND 31
  UNION ALL
  SELECT 'STAFF_ARE_NOT_ABSORBED', 'lines[' || i || '].employment_kind', NULL
  FROM line WHERE site_role = 'STAFF' AND coalesce(employment_kind, 'WORK_RELIEF_SERVICE') = 'WORK_RELIEF_SERVICE'
  UNION ALL
  SELECT 'TASK_NOT_OF_PROJECT', 'lines[' || i || '].task_number', task_number::text
  FROM line WHERE task_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM skilled WHERE skilled.i = line.i)
  UNION ALL
  SELECT 'EMPLOYER_NOT_FIT', 'lines[' || i || '].employer_unit_id', l.employer_unit_id || ' ' || coalesce(u.unit_kind, '')
  FROM line l LEFT JOIN unit u ON u.unit_id = l.employer_unit_id AND u.active
  WHERE l.employer_unit_id <> :call.unit AND coalesce(u.unit_kind NOT IN ('LABOUR_ORGANISATION', 'RURAL_COLLECTIVE', 'VILLAGE_COMMITTEE', 'CONTRACTOR_COMPANY'), true)
  UNION ALL
  SELECT 'UNDER_AGE', 'lines[' || i || '].worker_number', age_years::text
  FROM line WHERE age_years < (SELECT policy_value FROM policy WHERE policy_name = 'lowest_age' AND valid_from <= line.start_date
                               ORDER BY valid_from DESC LIMIT 1)
  UNION ALL
  SELECT 'AGREEMENT_EXISTS', 'lines[' || i || '].agreement_code', line.agreement_code
  FROM line JOIN agreement a ON a.project_code = :project_code AND a.agreement_code = line.agreement_code
  UNION ALL
  SELECT 'AGREEMENT_TWICE', 'lines[' || i || '].agreement_code', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY agreement_code) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'AGREEMENT_OVERLAPS', 'lines[' || i || '].start_date', agreement_code FROM running
  UNION ALL
  SELECT 'AGREEMENT_OVERLAPS', 'lines[' || later.i || '].start_date', 'lines[' || earlier.i || ']'
  FROM line earlier JOIN line later ON later.worker_number = earlier.worker_number AND later.i > earlier.i
  WHERE date_trunc('month', earlier.start_date::timestamp) <= later.end_date::timestamp
    AND date_trunc('month', later.start_date::timestamp) <= earlier.end_date::timestamp),
written AS (
  INSERT INTO agreement (project_code, agreement_code, worker_number, employment_kind, post_name, work_content, pay_unit, rate_fen, pay_cycle,
                         start_date, end_date, agreement_state, employer_unit_id, team_name, key_post, insured, age_years,
                         safety_trained_date, briefed_date, pay_day, site_role, task_number,
                         work_place, document_digest, skill_needed, skill_kind, skill_trained_date)
  SELECT :project_code, agreement_code, worker_number, coalesce(employment_kind, 'WORK_RELIEF_SERVICE'), post_name, work_content, pay_unit,
         rate_fen, pay_cycle, start_date, end_date, 'SIGNED', coalesce(employer_unit_id, :call.unit), team_name, coalesce(key_post, false), coalesce(insured, false),
         age_years, safe.safety_trained_date, briefed_date, pay_day, site_role, task_number, work_place, document_digest,
         coalesce(skill_needed, false), skill_kind, skill_trained_date
  FROM line LEFT JOIN briefed USING (worker_number) LEFT JOIN safe USING (i) LEFT JOIN skilled USING (i) WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT refusal, refusal_path, refusal_detail, project_code, agreement_code, worker_number, employment_kind, post_name, work_content, pay_unit,
       rate_fen, pay_cycle, start_date, end_date, agreement_state, employer_unit_id, team_name, key_post, insured, age_years,
       safety_trained_date, pay_day, site_role, task_number, work_place, document_digest, briefed_date, skill_needed, skill_trained_date,
       workable_from_date, age_warning
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.project_code, agreement_code, w.worker_number,
         w.employment_kind, w.post_name, w.work_content, w.pay_unit, w.rate_fen, w.pay_cycle, w.start_date, w.end_date, w.agreement_state,
         w.employer_unit_id, w.team_name, w.key_post, w.insured, w.age_years, w.safety_trained_date,
         w.pay_day, w.site_role, w.task_number, w.work_place, w.document_digest, w.briefed_date, w.skill_needed, w.skill_trained_date,
         w.workable_from AS workable_from_date, w.age_years > (SELECT policy_value FROM policy WHERE policy_name = 'age_to_warn' AND valid_from <= w.start_date
                        ORDER BY valid_from DESC LIMIT 1) AS age_warning, i
  FROM written w JOIN line USING (agreement_code)
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY i
