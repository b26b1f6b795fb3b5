-- SetPersonRequest -> SetPersonReply
-- A new convenor ends the spell of the one before, so that there is exactly one (R003).
WITH who AS (
  SELECT u.unit_id, coalesce(:valid_from_date::date, (SELECT max(p.valid_from) FROM unit_person p WHERE p.unit_id = u.unit_id
           AND p.person_role = :person_role AND p.person_name = :person_name AND p.valid_to IS NULL), :call.today) AS day
  FROM unit u WHERE u.unit_id = :unit_id
), problem AS (
  SELECT 'NOT_YOUR_UNIT' AS refusal, 'unit_id' AS refusal_path, :call.unit AS refusal_detail FROM who w WHERE w.unit_id <> :call.unit
    AND NOT :call.sees_all
  UNION ALL
  SELECT 'CONVENOR_NOT_OF_LEAD', 'unit_id', NULL FROM who w
  WHERE :person_role = 'CONVENOR' AND NOT EXISTS (SELECT 1 FROM mechanism m WHERE w.unit_id = ANY (m.lead_unit_ids))
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'valid_from_date', p.valid_from::text FROM who w, unit_person p
  WHERE :person_role = 'CONVENOR' AND :valid_to_date::date IS NULL AND p.person_role = 'CONVENOR' AND p.valid_to IS NULL AND p.valid_from > w.day
  UNION ALL
  SELECT 'CONVENOR_OVERLAPS', 'valid_from_date', p.person_name FROM who w, unit_person p
  WHERE :person_role = 'CONVENOR' AND p.person_role = 'CONVENOR' AND (p.unit_id, p.person_name) <> (w.unit_id, :person_name)
    AND p.valid_from < coalesce(:valid_to_date::date, 'infinity') AND w.day < coalesce(p.valid_to, 'infinity')
    AND NOT (p.valid_to IS NULL AND :valid_to_date::date IS NULL)
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'valid_to_date', w.day::text FROM who w WHERE :valid_to_date::date < w.day
), ended AS (
  UPDATE unit_person p SET valid_to = w.day FROM who w
  WHERE :person_role = 'CONVENOR' AND :valid_to_date::date IS NULL AND p.person_role = 'CONVENOR' AND p.valid_to IS NULL
    AND (p.unit_id, p.person_name) IS DISTINCT FROM (w.unit_id, :person_name) AND NOT EXISTS (SELECT 1 FROM problem) RETURNING 1
), placed AS (
  INSERT INTO unit_person (unit_id, person_role, person_name, valid_from, valid_to, title, section_name, phone)
  SELECT w.unit_id, :person_role, :person_name, w.day, :valid_to_date::date, :title, :section_name, :phone
  FROM who w WHERE NOT EXISTS (SELECT 1 FROM problem) AND (SELECT count(*) FROM ended) >= 0
  ON CONFLICT (unit_id, person_role, person_name, valid_from) DO UPDATE SET valid_to = excluded.valid_to,
    title = coalesce(excluded.title, unit_person.title), section_name = coalesce(excluded.section_name, unit_person.section_name),
    phone = coalesce(excluded.phone, unit_person.phone)
  RETURNING unit_id, person_role, person_name
)
SELECT problem.*, p.unit_id, p.person_role, p.person_name FROM problem FULL JOIN placed p ON false
