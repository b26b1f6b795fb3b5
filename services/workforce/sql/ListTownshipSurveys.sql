-- ListTownshipSurveysRequest -> ListTownshipSurveysReply.rows[]
-- Counts only, so whoever has a project in the township may know them; people are listed by ListLabour.
WITH fresh AS MATERIALIZED (SELECT coalesce(policy_on('survey_fresh_days', :call.today), 0)::int4 AS days),
township AS MATERIALIZED (
  SELECT u.unit_id, u.unit_name, u.division_code FROM unit u
  WHERE u.unit_kind = 'TOWNSHIP' AND u.unit_id > coalesce(:page_token, '') AND (:township_unit_id IS NULL OR u.unit_id = :township_unit_id)
    AND (:call.sees_people OR u.unit_id = :call.unit OR EXISTS (
      SELECT 1 FROM project_party t JOIN project_party me USING (project_code)
      WHERE t.unit_id = u.unit_id AND t.relation = 'TOWNSHIP' AND me.unit_id = :call.unit))
  ORDER BY u.unit_id LIMIT :call.limit),
person AS (
  SELECT l.township_unit_id, l.willing AND :call.today BETWEEN l.available_from AND l.available_to AS available,
         l.checked_date < :call.today - (SELECT days FROM fresh) AS stale, coalesce(l.skill_level, w.skill_level) AS skill_level,
         g.in_group, g.monitored
  FROM township t JOIN labour l ON l.township_unit_id = t.unit_id JOIN worker w USING (worker_number)
  CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS in_group, count(*) FILTER (WHERE starts_with(priority_group, 'MONITORED_')) > 0 AS monitored FROM worker_group g
    WHERE g.worker_number = l.worker_number AND g.valid_from_date <= :call.today AND coalesce(g.valid_to_date, 'infinity') >= :call.today) g),
people AS (
  SELECT township_unit_id, count(*)::int4 AS persons, count(*) FILTER (WHERE available)::int4 AS available,
         count(*) FILTER (WHERE available AND in_group)::int4 AS priority, count(*) FILTER (WHERE available AND skill_rank(skill_level) >= 3)::int4 AS skilled,
         count(*) FILTER (WHERE monitored)::int4 AS monitored, count(*) FILTER (WHERE stale)::int4 AS stale
  FROM person GROUP BY township_unit_id)
SELECT t.unit_id AS township_unit_id, t.unit_name, t.division_code, s.last_date AS last_survey_date, :call.today - s.last_date AS survey_age_days,
       coalesce(:call.today - s.last_date <= fresh.days, false) AS survey_fresh, fresh.days AS fresh_days,
       s.explained_date AS policy_explained_date, coalesce(p.persons, 0) AS person_count, coalesce(p.available, 0) AS available_count,
       coalesce(p.priority, 0) AS priority_count, coalesce(p.skilled, 0) AS skilled_count, coalesce(p.monitored, 0) AS monitored_count,
       coalesce(p.stale, 0) AS stale_count, t.unit_id AS page_key
FROM township t CROSS JOIN fresh LEFT JOIN people p ON p.township_unit_id = t.unit_id
LEFT JOIN LATERAL (
  SELECT max(survey_date) AS last_date, max(survey_date) FILTER (WHERE policy_explained) AS explained_date
  FROM survey WHERE township_unit_id = t.unit_id) s ON true
ORDER BY t.unit_id
