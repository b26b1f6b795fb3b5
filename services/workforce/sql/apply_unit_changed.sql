-- UnitChanged -> Nothing
INSERT INTO unit (unit_id, unit_name, unit_kind, active, division_code)
VALUES (:unit_id, coalesce(:unit_name, :unit_id), :unit_kind, :active, :division_code)
ON CONFLICT (unit_id) DO UPDATE SET unit_name = excluded.unit_name, unit_kind = excluded.unit_kind, active = excluded.active,
  division_code = excluded.division_code
