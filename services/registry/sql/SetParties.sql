-- SetPartiesRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
given AS (
  SELECT g.*, count(*) OVER (PARTITION BY g.unit_id, g.relation) AS same
  FROM unnest(:parties.unit_id, :parties.relation, :parties.person_name, :parties.person_phone) WITH ORDINALITY
    g (unit_id, relation, person_name, person_phone, place)
), fixed AS (
  SELECT y.unit_id, y.relation FROM project_party y, project_now p
  WHERE y.project_code = p.project_code AND y.relation IN ('OWNER', 'CONTRACTOR', 'SUPERVISOR')
    AND p.project_state IN ('AWARDED', 'CONSTRUCTION', 'SUSPENDED')
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'SetParties')
  UNION ALL
  SELECT 'PARTY_RELATION', format('parties[%s].relation', g.place - 1), g.relation FROM given g, project_now
  WHERE g.relation NOT IN ('OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP', 'CONTACT')
  UNION ALL
  SELECT 'UNKNOWN_UNIT', format('parties[%s].unit_id', g.place - 1), g.unit_id FROM given g, project_now
  WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = g.unit_id AND u.active)
  UNION ALL
  SELECT 'DUPLICATE_PARTY', format('parties[%s]', g.place - 1), g.unit_id FROM given g, project_now WHERE g.same > 1
  UNION ALL
  SELECT 'TOWNSHIP_MISMATCH', format('parties[%s].unit_id', g.place - 1), u.division_code FROM given g JOIN unit u USING (unit_id), project_now p
  WHERE g.relation = 'TOWNSHIP' AND (u.unit_kind <> 'TOWNSHIP' OR (admin_level_of(p.division_code) IN ('TOWNSHIP', 'VILLAGE')
    AND left(p.division_code, 9) <> left(u.division_code, 9)))
  UNION ALL
  SELECT 'CONTACT_MISSING', 'parties', e.list_year::text FROM project_now p JOIN list_entry e USING (project_code)
  WHERE e.list_state IN ('LISTED', 'ADJUSTED') AND NOT EXISTS (SELECT 1 FROM given g WHERE g.relation = 'CONTACT' AND g.person_name IS NOT NULL)
  UNION ALL
  SELECT 'PARTY_FIXED', 'parties', f.relation || ' ' || f.unit_id FROM fixed f
  WHERE NOT EXISTS (SELECT 1 FROM given g WHERE (g.unit_id, g.relation) = (f.unit_id, f.relation))
  UNION ALL
  SELECT 'PARTY_FIXED', format('parties[%s]', g.place - 1), g.relation || ' ' || g.unit_id FROM given g
  WHERE EXISTS (SELECT 1 FROM fixed f WHERE f.relation = g.relation)
    AND NOT EXISTS (SELECT 1 FROM fixed f WHERE (g.unit_id, g.relation) = (f.unit_id, f.relation))
), dropped AS (
  DELETE FROM project_party y USING project_now p WHERE y.project_code = p.project_code AND y.relation <> 'BUREAU'
    AND NOT EXISTS (SELECT 1 FROM problem)
    AND NOT EXISTS (SELECT 1 FROM given g WHERE (g.unit_id, g.relation) = (y.unit_id, y.relation)) RETURNING 1
), placed AS (
  INSERT INTO project_party (project_code, unit_id, relation, person_name, person_phone)
  SELECT p.project_code, g.unit_id, g.relation, g.person_name, g.person_phone FROM project_now p, given g WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, unit_id, relation) DO UPDATE SET person_name = excluded.person_name, person_phone = excluded.person_phone RETURNING 1
), done AS (
  SELECT p.project_code FROM project_now p
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND (SELECT count(*) FROM dropped) + (SELECT count(*) FROM placed) >= 0
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'SetParties', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, NULL::text FROM done x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (done CROSS JOIN LATERAL project_snapshot(done.project_code) s) ON false
