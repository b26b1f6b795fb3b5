-- GetMechanismRequest -> Mechanism
-- With what it still lacks: convenor of a lead, each member's representative and working group, a task for each member and a unit for each
-- task, the own mechanism and contact person of each township where works are under way.
WITH day AS (SELECT coalesce(:as_of_date::date, :call.today) AS day),
member AS (
  SELECT u.* FROM unit u, day, unit_membership s WHERE s.unit_id = u.unit_id AND s.valid_from <= day AND (s.valid_to IS NULL OR day < s.valid_to)
), person AS (
  SELECT p.* FROM unit_person p, day WHERE p.valid_from <= day AND (p.valid_to IS NULL OR day < p.valid_to)
), busy AS (
  SELECT y.unit_id FROM project_party y JOIN project p USING (project_code)
  WHERE y.relation = 'TOWNSHIP' AND p.project_state NOT IN ('CANCELLED', 'CLOSED')
  UNION
  SELECT u.unit_id FROM unit u JOIN project p ON left(p.division_code, 9) = left(u.division_code, 9)
  WHERE u.unit_kind = 'TOWNSHIP' AND u.active AND p.project_state NOT IN ('CANCELLED', 'CLOSED')
), gap AS (
  SELECT NULL::text AS unit_id, NULL::text AS unit_name, 'NO_CONVENOR' AS gap_kind, 'R003' AS requirement
  WHERE NOT EXISTS (SELECT 1 FROM person WHERE person_role = 'CONVENOR')
  UNION ALL
  SELECT p.unit_id, p.person_name, 'CONVENOR_NOT_OF_LEAD', 'R003' FROM person p
  WHERE p.person_role = 'CONVENOR' AND NOT EXISTS (SELECT 1 FROM mechanism l WHERE p.unit_id = ANY (l.lead_unit_ids))
  UNION ALL
  SELECT NULL, t.task_name, 'TASK_WITHOUT_UNIT', 'R016' FROM policy_task t
  WHERE NOT EXISTS (SELECT 1 FROM task_assignment a JOIN unit u USING (unit_id) WHERE a.task_code = t.task_code AND u.active)
  UNION ALL
  SELECT DISTINCT NULL, left(p.division_code, 9), 'NO_TOWNSHIP_UNIT', 'R013' FROM project p
  WHERE admin_level_of(p.division_code) IN ('TOWNSHIP', 'VILLAGE') AND p.project_state NOT IN ('CANCELLED', 'CLOSED')
    AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_kind = 'TOWNSHIP' AND u.active AND left(u.division_code, 9) = left(p.division_code, 9))
  UNION ALL
  SELECT m.unit_id, m.unit_name, 'NO_REPRESENTATIVE', 'R004' FROM member m
  WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.unit_id = m.unit_id AND p.person_role IN ('MEMBER', 'CONVENOR'))
  UNION ALL
  SELECT m.unit_id, m.unit_name, 'NO_WORKGROUP', 'R005' FROM member m
  WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.unit_id = m.unit_id AND p.person_role = 'WORKGROUP')
  UNION ALL
  SELECT m.unit_id, m.unit_name, 'NO_TASK', 'R018' FROM member m WHERE NOT EXISTS (SELECT 1 FROM task_assignment t WHERE t.unit_id = m.unit_id)
  UNION ALL
  SELECT u.unit_id, u.unit_name, 'NO_TOWNSHIP_MECHANISM', 'R013' FROM unit u
  WHERE u.unit_kind = 'TOWNSHIP' AND u.active AND NOT EXISTS (SELECT 1 FROM mechanism t WHERE t.division_code = u.division_code)
    AND u.unit_id IN (SELECT unit_id FROM busy)
  UNION ALL
  SELECT u.unit_id, u.unit_name, 'NO_TOWNSHIP_CONTACT', 'R013' FROM unit u
  WHERE u.unit_kind = 'TOWNSHIP' AND u.active
    AND NOT EXISTS (SELECT 1 FROM person p WHERE p.unit_id = u.unit_id AND p.person_role = 'CONTACT_PERSON')
    AND u.unit_id IN (SELECT unit_id FROM busy)
)
SELECT m.division_code, m.mechanism_name, admin_level_of(m.division_code) AS admin_level, m.lead_unit_ids, m.leader_name, m.agenda_note, m.functions,
  m.established_date,
  (SELECT count(*)::int4 FROM member WHERE unit_kind = 'BUREAU') AS bureau_count,
  (SELECT count(*)::int4 FROM member WHERE unit_kind = 'PLATFORM_COMPANY') AS platform_company_count,
  CASE WHEN admin_level_of(m.division_code) = 'TOWNSHIP' THEN '[]'::json
       ELSE (SELECT coalesce(json_agg(json_strip_nulls(to_json(g)) ORDER BY g.requirement, g.unit_id), '[]') FROM gap g) END AS gaps
FROM mechanism m WHERE m.division_code = :division_code
