-- UnitChanged -> Nothing
INSERT INTO unit (unit_id, unit_name, unit_kind, division_code, is_member, active)
VALUES (:unit_id, coalesce(:unit_name, :unit_id), coalesce(:unit_kind, 'OTHER_UNIT'), :division_code, :is_member, :active)
ON CONFLICT (unit_id) DO UPDATE SET unit_name = excluded.unit_name, unit_kind = excluded.unit_kind, division_code = excluded.division_code,
  is_member = excluded.is_member, active = excluded.active
