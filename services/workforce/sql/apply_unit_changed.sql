-- UnitChanged -> Nothing
INSERT INTO unit (unit_id, unit_name, unit_kind, active)
VALUES (:unit_id, coalesce(:unit_name, :unit_id), :unit_kind, :active)
ON CONFLICT (unit_id) DO UPDATE SET unit_name = excluded.unit_name, unit_kind = excluded.unit_kind, active = excluded.active
