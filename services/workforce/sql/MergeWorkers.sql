-- MergeWorkersRequest -> WorkersMerged
-- What still lives goes over to the right number: agreements, days (sealed ones too, so that a day stays one day), courses, groups, surveys,
-- applications, choices, posts, referrals. What was sealed keeps the number it was sealed with, and with it its digest; worker_merge tells
-- whose it is. Of two agreements for the same month the one nobody worked under is annulled. Where both numbers have the same thing (the same course, the same membership), that of the former one stays with it.
WITH former AS MATERIALIZED (
  SELECT * FROM worker w WHERE w.worker_number = :former_number AND (:call.sees_people OR unit_knows(:call.unit, w.worker_number))),
person AS MATERIALIZED (
  SELECT * FROM worker w WHERE w.worker_number = :worker_number AND (:call.sees_people OR unit_knows(:call.unit, w.worker_number))),
day AS MATERIALIZED (
  SELECT work_date, sum(day_hundredths)::int4 AS hundredths, count(*) > count(DISTINCT project_code) AS same_project,
         count(DISTINCT worker_number) > 1 AS both_numbers
  FROM attendance WHERE worker_number IN (:former_number, :worker_number) GROUP BY work_date),
overlap AS MATERIALIZED ( -- one agreement a person, project and month
  SELECT a.project_code, a.agreement_code AS old_code, b.agreement_code AS new_code,
         EXISTS (SELECT 1 FROM attendance t WHERE t.worker_number = a.worker_number AND t.project_code = a.project_code
                   AND t.work_date BETWEEN a.start_date AND a.end_date)
           OR EXISTS (SELECT 1 FROM frozen_worker f WHERE f.worker_number = a.worker_number AND f.project_code = a.project_code
                        AND f.agreement_code = a.agreement_code) AS old_used,
         EXISTS (SELECT 1 FROM attendance t WHERE t.worker_number = b.worker_number AND t.project_code = b.project_code
                   AND t.work_date BETWEEN b.start_date AND b.end_date)
           OR EXISTS (SELECT 1 FROM frozen_worker f WHERE f.worker_number = b.worker_number AND f.project_code = b.project_code
                        AND f.agreement_code = b.agreement_code) AS new_used
  FROM agreement a JOIN agreement b USING (project_code)
  WHERE a.worker_number = :former_number AND b.worker_number = :worker_number
    AND date_trunc('month', a.start_date::timestamp) <= b.end_date::timestamp AND date_trunc('month', b.start_date::timestamp) <= a.end_date::timestamp),
problem AS MATERIALIZED (
  SELECT 'WORKER_UNKNOWN' AS refusal, 'former_number' AS refusal_path, :former_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'worker_number', :worker_number::text WHERE NOT EXISTS (SELECT 1 FROM person)
  UNION ALL
  SELECT 'MERGE_WITH_ITSELF', 'worker_number', NULL WHERE :former_number = :worker_number
  UNION ALL
  SELECT 'WORKER_MERGED', 'former_number', merged_into::text FROM former WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT 'WORKER_MERGED', 'worker_number', merged_into::text FROM person WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT 'MERGE_NAMES_DIFFER', 'former_number', NULL FROM former, person WHERE former.worker_name <> person.worker_name
  UNION ALL
  SELECT 'OVER_ONE_DAY', 'former_number', string_agg(work_date || ': ' || hundredths, ', ' ORDER BY work_date) FROM day
  WHERE both_numbers AND hundredths > 100 HAVING count(*) > 0
  UNION ALL
  SELECT 'MERGE_SAME_ENTRY', 'former_number', string_agg(work_date::text, ', ' ORDER BY work_date) FROM day
  WHERE same_project AND hundredths <= 100 HAVING count(*) > 0
  UNION ALL
  SELECT 'MERGE_SAME_ENTRY', 'former_number', string_agg(a.work_date::text, ', ' ORDER BY a.work_date)
  FROM attendance_quantity a JOIN attendance_quantity b USING (project_code, work_date)
  WHERE a.worker_number = :former_number AND b.worker_number = :worker_number AND NOT EXISTS (SELECT 1 FROM day d WHERE d.work_date = a.work_date AND same_project)
  HAVING count(*) > 0
  UNION ALL
  SELECT 'MERGE_AGREEMENTS_OVERLAP', 'former_number', project_code || ': ' || old_code || ', ' || new_code FROM overlap WHERE old_used AND new_used
  UNION ALL
  SELECT 'MERGE_DISPUTED', 'former_number', d.project_code || ' ' || d.work_date
  FROM agreement a JOIN attendance_dispute d ON d.project_code = a.project_code AND d.worker_number = a.worker_number AND d.dispute_state = 'OPEN'
    AND d.work_date BETWEEN a.start_date AND a.end_date
  WHERE a.worker_number = :former_number
  UNION ALL
  SELECT 'MERGE_DISPUTED', 'former_number', a.project_code || ' ' || a.work_date FROM agreement g JOIN attendance_repair a USING (project_code, worker_number)
  JOIN attendance_repair b ON b.project_code = a.project_code AND b.work_date = a.work_date AND b.worker_number = :worker_number
  WHERE a.worker_number = :former_number AND 'REPAIRED' <> ANY (ARRAY[a.repair_state, b.repair_state]) AND a.work_date BETWEEN g.start_date AND g.end_date
  UNION ALL
  SELECT DISTINCT 'MERGE_SEALING', 'former_number', s.project_code || ' ' || s.month
  FROM sealing_month s JOIN agreement a USING (project_code) WHERE a.worker_number IN (:former_number, :worker_number)),
good AS MATERIALIZED (SELECT :former_number::int8 AS old, :worker_number::int8 AS new WHERE NOT EXISTS (SELECT 1 FROM problem)),
place AS MATERIALIZED (SELECT DISTINCT a.project_code FROM good JOIN agreement a ON a.worker_number = good.old),
kept AS (
  INSERT INTO worker_merge (former_number, worker_number, merge_reason, merged_by, merged_at)
  SELECT old, new, :merge_reason, :call.principal, :call.now FROM good),
chained AS (UPDATE worker_merge m SET worker_number = new FROM good WHERE m.worker_number = good.old),
gone AS (UPDATE worker w SET merged_into = new FROM good WHERE w.worker_number = good.old OR w.merged_into = good.old),
standing AS (
  UPDATE worker w SET phone = coalesce(w.phone, f.phone), home_address = coalesce(w.home_address, f.home_address),
    skill_level = CASE WHEN skill_rank(f.skill_level) > skill_rank(w.skill_level) THEN f.skill_level ELSE w.skill_level END,
    safety_trained_date = least(w.safety_trained_date, f.safety_trained_date),
    account_holder = CASE WHEN w.account_no IS NULL THEN f.account_holder ELSE w.account_holder END,
    bank_name = CASE WHEN w.account_no IS NULL THEN f.bank_name ELSE w.bank_name END,
    account_no_token = CASE WHEN w.account_no IS NULL THEN f.account_no_token ELSE w.account_no_token END,
    account_no_mask = CASE WHEN w.account_no IS NULL THEN f.account_no_mask ELSE w.account_no_mask END, account_no = coalesce(w.account_no, f.account_no)
  FROM good, former f WHERE w.worker_number = good.new),
unused AS ( -- of two for the same month, the one nobody worked under
  DELETE FROM agreement a USING good, overlap o
  WHERE a.project_code = o.project_code AND a.agreement_code = CASE WHEN o.old_used THEN o.new_code ELSE o.old_code END
  RETURNING a.*),
annulled AS (
  INSERT INTO annulled_agreement (project_code, agreement_code, worker_number, post_name, pay_unit, rate_fen, start_date, end_date, employer_unit_id,
                                  annul_reason, annulled_by, annulled_at)
  SELECT project_code, agreement_code, worker_number, post_name, pay_unit, rate_fen, start_date, end_date, employer_unit_id, :merge_reason,
         :call.principal, :call.now FROM unused
  RETURNING 1),
agreements AS ( -- after those are gone
  UPDATE agreement a SET worker_number = new, safety_trained_date = least(f.safety_trained_date, p.safety_trained_date)
  FROM good, former f, person p, worker was WHERE a.worker_number IN (good.old, good.new) AND was.worker_number = a.worker_number
    AND (SELECT count(*) FROM annulled) >= 0
    AND NOT EXISTS (SELECT 1 FROM overlap o WHERE o.project_code = a.project_code AND a.agreement_code = CASE WHEN o.old_used THEN o.new_code ELSE o.old_code END)
  RETURNING was.worker_number = old AS moved),
entries AS (UPDATE attendance a SET worker_number = new FROM good WHERE a.worker_number = good.old RETURNING 1),
corrections AS (
  UPDATE attendance_correction c SET worker_number = new, correction_number = c.correction_number + (
      SELECT count(*) FROM attendance_correction o WHERE o.project_code = c.project_code AND o.work_date = c.work_date AND o.worker_number = good.new)
  FROM good, place WHERE c.project_code = place.project_code AND c.worker_number = good.old),
disputes AS (
  UPDATE attendance_dispute d SET worker_number = new FROM good, place WHERE d.project_code = place.project_code AND d.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM attendance_dispute o WHERE o.project_code = d.project_code AND o.work_date = d.work_date AND o.worker_number = good.new)),
quantities AS (UPDATE attendance_quantity q SET worker_number = new FROM good WHERE q.worker_number = good.old),
quantity_corrections AS (
  UPDATE quantity_correction c SET worker_number = new, correction_number = c.correction_number + (
      SELECT count(*) FROM quantity_correction o WHERE o.project_code = c.project_code AND o.work_date = c.work_date AND o.worker_number = good.new)
  FROM good, place WHERE c.project_code = place.project_code AND c.worker_number = good.old),
passes AS (UPDATE device_pass d SET worker_number = new FROM good, place WHERE d.project_code = place.project_code AND d.worker_number = good.old),
device_days AS (
  UPDATE device_day d SET worker_number = new FROM good, place WHERE d.project_code = place.project_code AND d.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM device_day o WHERE o.project_code = d.project_code AND o.work_date = d.work_date AND o.worker_number = good.new)),
repairs AS (
  UPDATE attendance_repair r SET worker_number = new FROM good, place WHERE r.project_code = place.project_code AND r.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM attendance_repair o WHERE o.project_code = r.project_code AND o.work_date = r.work_date AND o.worker_number = good.new)),
trainees AS (
  UPDATE trainee e SET worker_number = new FROM good WHERE e.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM trainee o WHERE o.project_code = e.project_code AND o.training_code = e.training_code AND o.worker_number = good.new)
  RETURNING 1),
groups AS (
  UPDATE worker_group g SET worker_number = new FROM good WHERE g.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM worker_group o WHERE o.worker_number = good.new AND o.priority_group = g.priority_group
      AND o.valid_from_date <= coalesce(g.valid_to_date, 'infinity') AND coalesce(o.valid_to_date, 'infinity') >= g.valid_from_date)),
units AS (
  INSERT INTO worker_unit (unit_id, worker_number, added_at) SELECT u.unit_id, new, :call.now FROM good JOIN worker_unit u ON u.worker_number = good.old
  ON CONFLICT DO NOTHING),
answers AS (
  UPDATE labour l SET worker_number = new FROM good WHERE l.worker_number = good.old AND NOT EXISTS (SELECT 1 FROM labour o WHERE o.worker_number = good.new)),
doubled AS (
  DELETE FROM labour l USING good WHERE l.worker_number = good.old AND EXISTS (SELECT 1 FROM labour o WHERE o.worker_number = good.new)),
surveys AS (
  UPDATE survey_line s SET worker_number = new FROM good WHERE s.worker_number = good.old AND NOT EXISTS (
      SELECT 1 FROM survey_line o WHERE o.township_unit_id = s.township_unit_id AND o.survey_code = s.survey_code AND o.worker_number = good.new)),
applications AS (
  UPDATE application a SET worker_number = new FROM good WHERE a.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM application o WHERE o.project_code = a.project_code AND o.demand_code = a.demand_code AND o.worker_number = good.new)),
choices AS (
  UPDATE choice c SET worker_number = new FROM good WHERE c.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM choice o WHERE o.project_code = c.project_code AND o.demand_code = c.demand_code AND o.worker_number = good.new)),
holdings AS (UPDATE post_holding h SET worker_number = new FROM good WHERE h.worker_number = good.old),
referrals AS (
  UPDATE referral r SET worker_number = new FROM good WHERE r.worker_number = good.old
    AND NOT EXISTS (SELECT 1 FROM referral o WHERE o.project_code = r.project_code AND o.worker_number = good.new))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, good.old AS former_number, good.new AS worker_number,
       f.worker_token AS former_token, p.worker_token, :merge_reason AS merge_reason,
       (SELECT count(*)::int4 FROM agreements WHERE moved) AS agreement_count, (SELECT count(*)::int4 FROM entries) AS entry_count,
       (SELECT count(*)::int4 FROM trainees) AS trainee_count,
       (SELECT count(*)::int4 FROM annulled) AS annulled_count,
       (SELECT count(*)::int4 FROM sealed_worker s WHERE s.worker_number = good.old) AS sealed_month_count
FROM good, former f, person p
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
