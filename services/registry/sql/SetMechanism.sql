-- SetMechanismRequest -> MechanismReply
WITH problem AS (
  SELECT 'UNKNOWN_UNIT' AS refusal, format('lead_unit_ids[%s]', l.place - 1) AS refusal_path, l.unit_id AS refusal_detail
  FROM unnest(:lead_unit_ids) WITH ORDINALITY l (unit_id, place)
  WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = l.unit_id AND u.active)
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'division_code', :division_code WHERE NOT :call.sees_all
    AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = :call.unit AND starts_with(:division_code, u.division_code))
), placed AS (
  INSERT INTO mechanism (division_code, mechanism_name, lead_unit_ids, leader_name, agenda_note, functions, established_date)
  SELECT :division_code, :mechanism_name, :lead_unit_ids, :leader_name, :agenda_note, :functions, :established_date::date
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (division_code) DO UPDATE SET mechanism_name = excluded.mechanism_name, lead_unit_ids = excluded.lead_unit_ids,
    leader_name = excluded.leader_name, agenda_note = excluded.agenda_note, functions = excluded.functions
  RETURNING *
)
SELECT problem.*, m.division_code, admin_level_of(m.division_code) AS admin_level FROM problem FULL JOIN placed m ON false
