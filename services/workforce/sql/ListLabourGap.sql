-- ListLabourGapRequest -> ListLabourGapReply.rows[]
-- Supply and demand of the townships in a month, as counts that both sides may know. A place is asked of one township only, so sums over
-- townships count nothing twice.
WITH span AS (SELECT (:month || '-01')::date AS first_date, ((:month || '-01')::date + interval '1 month' - interval '1 day')::date AS last_date),
township AS MATERIALIZED (
  SELECT u.unit_id, u.unit_name FROM unit u
  WHERE u.unit_kind = 'TOWNSHIP' AND u.unit_id > coalesce(:page_token, '') AND (:township_unit_id IS NULL OR u.unit_id = :township_unit_id)
    AND (:call.sees_people OR u.unit_id = :call.unit OR EXISTS (
      SELECT 1 FROM project_party t JOIN project_party me USING (project_code)
      WHERE t.unit_id = u.unit_id AND t.relation = 'TOWNSHIP' AND me.unit_id = :call.unit))
  ORDER BY u.unit_id LIMIT :call.limit),
asked AS (
  SELECT t.unit_id, d.project_code, d.demand_code, q.asked_count, d.skill_kind IS NOT NULL OR skill_rank(d.skill_level) > 1 AS skilled, d.from_date, d.to_date
  FROM township t CROSS JOIN span JOIN demand_township q ON q.township_unit_id = t.unit_id
  JOIN labour_demand d ON d.project_code = q.project_code AND d.demand_code = q.demand_code AND d.from_date <= span.last_date AND d.to_date >= span.first_date
  WHERE d.demand_state <> 'CLOSED'),
demanded AS (
  SELECT unit_id, sum(asked_count)::int4 AS places, coalesce(sum(asked_count) FILTER (WHERE skilled), 0)::int4 AS skilled_places FROM asked GROUP BY unit_id),
taken AS ( -- the township's own people; counted once a demand
  SELECT a.unit_id, count(p.worker_number) FILTER (WHERE p.application_state = 'APPLIED')::int4 AS applied, count(c.worker_number)::int4 AS chosen,
         count(c.worker_number) FILTER (WHERE EXISTS (
           SELECT 1 FROM agreement g WHERE g.worker_number = c.worker_number AND g.project_code = a.project_code AND g.start_date <= a.to_date
             AND g.end_date >= a.from_date))::int4 AS hired
  FROM asked a CROSS JOIN LATERAL (
    SELECT worker_number FROM application x WHERE x.project_code = a.project_code AND x.demand_code = a.demand_code
    UNION SELECT worker_number FROM choice y WHERE y.project_code = a.project_code AND y.demand_code = a.demand_code AND y.choice_state = 'CHOSEN') n
  JOIN worker w USING (worker_number)
  LEFT JOIN application p ON p.project_code = a.project_code AND p.demand_code = a.demand_code AND p.worker_number = w.worker_number
  LEFT JOIN choice c ON c.project_code = a.project_code AND c.demand_code = a.demand_code AND c.worker_number = w.worker_number AND c.choice_state = 'CHOSEN'
  WHERE lives_under(a.unit_id, w.home_division_code)
  GROUP BY a.unit_id),
supply AS (
  SELECT t.unit_id, count(*)::int4 AS available, count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM worker_group g WHERE g.worker_number = l.worker_number AND g.valid_from_date <= span.last_date
             AND coalesce(g.valid_to_date, 'infinity') >= span.first_date))::int4 AS priority,
         count(*) FILTER (WHERE skill_rank(coalesce(l.skill_level, w.skill_level)) >= 3)::int4 AS skilled
  FROM township t CROSS JOIN span JOIN labour l ON l.township_unit_id = t.unit_id JOIN worker w USING (worker_number)
  WHERE l.willing AND l.available_from <= span.last_date AND l.available_to >= span.first_date
    AND NOT EXISTS (SELECT 1 FROM agreement g WHERE g.worker_number = l.worker_number AND g.start_date <= span.first_date AND g.end_date >= span.last_date)
  GROUP BY t.unit_id)
SELECT t.unit_id AS township_unit_id, t.unit_name, :month AS month, coalesce(d.places, 0) AS demanded_count, coalesce(d.skilled_places, 0) AS demanded_skilled_count,
       coalesce(k.applied, 0) AS applied_count, coalesce(k.chosen, 0) AS chosen_count, coalesce(k.hired, 0) AS hired_count, gap.places AS gap_count,
       coalesce(s.available, 0) AS available_count, coalesce(s.priority, 0) AS available_priority_count, coalesce(s.skilled, 0) AS available_skilled_count,
       greatest(coalesce(s.available, 0) - gap.places, 0) AS surplus_count, greatest(gap.places - coalesce(s.available, 0), 0) AS shortage_count,
       t.unit_id AS page_key
FROM township t LEFT JOIN demanded d USING (unit_id) LEFT JOIN taken k USING (unit_id) LEFT JOIN supply s USING (unit_id)
CROSS JOIN LATERAL (SELECT greatest(coalesce(d.places, 0) - coalesce(k.hired, 0), 0) AS places) gap
ORDER BY t.unit_id
