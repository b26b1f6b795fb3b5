-- ListUnitsRequest -> ListUnitsReply.rows[]
SELECT u.unit_id, u.unit_name, u.short_name, u.unit_kind, u.carrier_kind, u.uscc, u.division_code, admin_level_of(u.division_code) AS admin_level,
  u.hosted, m.unit_id IS NOT NULL AS is_member, u.at_risk, u.active, m.valid_from AS member_from_date, m.notice_no, u.unit_id AS page_key
FROM unit u LEFT JOIN unit_membership m ON m.unit_id = u.unit_id AND m.valid_from <= coalesce(:as_of_date::date, :call.today)
  AND (m.valid_to IS NULL OR coalesce(:as_of_date::date, :call.today) < m.valid_to)
WHERE (:unit_kind IS NULL OR u.unit_kind = :unit_kind) AND (:unit_id IS NULL OR u.unit_id = :unit_id)
  AND (NOT :members_only OR m.unit_id IS NOT NULL) AND (:page_token IS NULL OR u.unit_id > :page_token)
ORDER BY u.unit_id LIMIT :call.limit
