-- UnitChanged -> Nothing
-- A member that joins while a quarter is open must report in it.
WITH known AS (
  INSERT INTO unit (unit_id, unit_name, unit_kind, is_member, active)
  VALUES (:unit_id, coalesce(:unit_name, :unit_id), coalesce(:unit_kind, 'UNSPECIFIED'), coalesce(:is_member, false), coalesce(:active, false))
  ON CONFLICT (unit_id) DO UPDATE SET unit_name = excluded.unit_name, unit_kind = excluded.unit_kind, is_member = excluded.is_member,
    active = excluded.active
  RETURNING *)
INSERT INTO quarter_unit (quarter, unit_id, unit_name)
SELECT q.quarter, k.unit_id, k.unit_name FROM known k CROSS JOIN quarter q WHERE q.quarter_state = 'OPEN' AND k.is_member AND k.active
ON CONFLICT (quarter, unit_id) DO NOTHING
