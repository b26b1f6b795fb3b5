-- GetPassportRequest -> Passport
WITH person AS MATERIALIZED (
  SELECT w.* FROM worker w WHERE w.worker_number = person_of(:worker_number)
    AND (:call.sees_people OR unit_knows(:call.unit, w.worker_number))),
number AS MATERIALIZED ( -- his number, and those he was known by
  SELECT worker_number FROM person UNION ALL SELECT m.former_number FROM worker_merge m JOIN person USING (worker_number)),
open_project AS MATERIALIZED (
  SELECT p.project_code, p.project_name FROM project p
  WHERE p.project_code IN (
      SELECT project_code FROM number JOIN sealed_worker USING (worker_number) UNION SELECT project_code FROM number JOIN agreement USING (worker_number)
      UNION SELECT project_code FROM number JOIN trainee USING (worker_number) UNION SELECT project_code FROM number JOIN post_holding USING (worker_number))
    AND (:call.sees_people OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit)
         OR EXISTS (SELECT 1 FROM referral r JOIN number USING (worker_number) WHERE r.project_code = p.project_code AND r.target_unit_id = :call.unit)))
SELECT person.worker_number, person.worker_name, person.id_number_mask, person.skill_level, person.safety_trained_date,
       ARRAY(SELECT former_number FROM worker_merge m WHERE m.worker_number = person.worker_number ORDER BY former_number) AS former_numbers,
       (SELECT json_agg(json_build_object('project_code', project_code, 'project_name', project_name, 'first_date', first_date, 'day_hundredths', days,
               'sealed_month_count', months) ORDER BY first_date, project_code)
        FROM (SELECT o.project_code, o.project_name, min(s.first_date) AS first_date, sum(s.day_hundredths) AS days, count(DISTINCT s.month) AS months
              FROM open_project o JOIN sealed_worker s USING (project_code) JOIN number n ON n.worker_number = s.worker_number
              GROUP BY o.project_code, o.project_name) d) AS projects,
       (SELECT json_agg(json_build_object('project_code', a.project_code, 'agreement_code', a.agreement_code, 'post_name', a.post_name,
               'pay_unit', a.pay_unit, 'rate_fen', a.rate_fen, 'start_date', a.start_date, 'end_date', a.end_date) ORDER BY a.start_date, a.project_code)
        FROM open_project o JOIN agreement a USING (project_code) JOIN number n ON n.worker_number = a.worker_number) AS agreements,
       (SELECT json_agg(json_strip_nulls(json_build_object('project_code', t.project_code, 'training_code', t.training_code, 'training_name', t.training_name,
               'training_date', t.training_date, 'skill_kind', t.skill_kind, 'exam_passed', e.exam_passed, 'certificate_code', e.certificate_code,
               'skill_level_before', e.skill_level_before, 'skill_level_after', e.skill_level_after)) ORDER BY t.training_date, t.project_code, t.training_code)
        FROM open_project o JOIN training t USING (project_code) JOIN trainee e USING (project_code, training_code)
        JOIN number n ON n.worker_number = e.worker_number WHERE e.signed_in) AS courses,
       (SELECT json_agg(json_strip_nulls(json_build_object('project_code', p.project_code, 'post_code', p.post_code, 'post_kind', p.post_kind,
               'post_name', p.post_name, 'from_date', h.from_date, 'to_date', h.to_date, 'end_date', h.end_date)) ORDER BY h.from_date, p.post_code)
        FROM open_project o JOIN upkeep_post p USING (project_code) JOIN post_holding h USING (project_code, post_code)
        JOIN number n ON n.worker_number = h.worker_number) AS posts,
       (SELECT json_agg(json_strip_nulls(json_build_object('project_code', r.project_code, 'worker_number', r.worker_number,
               'referral_state', r.referral_state, 'skill_kind', r.skill_kind, 'consent_date', r.consent_date, 'target_unit_id', r.target_unit_id,
               'referred_date', r.referred_date, 'answered_date', r.answered_date, 'answer_note', r.answer_note)) ORDER BY r.project_code)
        FROM open_project o JOIN referral r USING (project_code) JOIN number n ON n.worker_number = r.worker_number) AS referrals
FROM person
