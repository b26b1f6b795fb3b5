-- ChangeUnitRequest -> UnitReply
WITH problem AS (
  SELECT 'TOWNSHIP_NEEDS_DIVISION' AS refusal, 'division_code' AS refusal_path, coalesce(:division_code, u.division_code) AS refusal_detail
    FROM unit u
  WHERE u.unit_id = :unit_id AND coalesce(:unit_kind, u.unit_kind) = 'TOWNSHIP'
    AND admin_level_of(coalesce(:division_code, u.division_code)) IS DISTINCT FROM 'TOWNSHIP'
), changed AS (
  UPDATE unit u SET unit_name = coalesce(:unit_name, u.unit_name), short_name = coalesce(:short_name, u.short_name),
    unit_kind = coalesce(:unit_kind, u.unit_kind), carrier_kind = coalesce(:carrier_kind, u.carrier_kind), uscc = coalesce(:uscc, u.uscc),
    division_code = coalesce(:division_code, u.division_code), hosted = coalesce(:hosted, u.hosted), at_risk = coalesce(:at_risk, u.at_risk),
    active = coalesce(:active, u.active)
  WHERE u.unit_id = :unit_id AND NOT EXISTS (SELECT 1 FROM problem) RETURNING u.*
)
SELECT problem.*, u.unit_id, u.unit_name, u.short_name, u.unit_kind, u.carrier_kind, u.uscc, u.division_code, u.hosted, u.active,
  EXISTS (SELECT 1 FROM unit_membership m WHERE m.unit_id = u.unit_id AND m.valid_to IS NULL) AS is_member
FROM problem FULL JOIN changed u ON false
