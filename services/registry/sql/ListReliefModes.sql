-- ListReliefModesRequest -> ListReliefModesReply.rows[]
-- A project that has tasks or stands on a list uses work-relief whoever says so; of others the last statement counts.
SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, m.relief_mode, d.not_used_reason, d.catalogue_seqs,
  (SELECT count(*)::int4 FROM catalogue_row r WHERE r.catalogue_version = catalogue_in_force(:call.today, p.division_code)
   AND coalesce(r.field, p.field) = p.field) AS fitting_row_count,
  d.declared_date, p.project_code AS page_key
FROM project p
LEFT JOIN LATERAL (SELECT x.* FROM relief_declaration x WHERE x.project_code = p.project_code ORDER BY x.declaration_number DESC LIMIT 1) d ON true
CROSS JOIN LATERAL (SELECT coalesce(d.relief_mode,
  CASE WHEN EXISTS (SELECT 1 FROM project_task t WHERE t.project_code = p.project_code)
         OR EXISTS (SELECT 1 FROM list_entry e WHERE e.project_code = p.project_code AND e.list_state <> 'REMOVED') THEN 'USED' END) AS relief_mode) m
WHERE (:page_token IS NULL OR p.project_code > :page_token) AND p.project_state <> 'CANCELLED'
  AND (:relief_mode IS NULL OR m.relief_mode = :relief_mode)
  AND (NOT :undeclared_only OR (m.relief_mode IS NULL AND p.investment_kind = 'GOVERNMENT'))
  AND (:field IS NULL OR p.field = :field) AND (:bureau_unit_id IS NULL OR p.bureau_unit_id = :bureau_unit_id)
  AND (:call.sees_all OR p.bureau_unit_id = :call.unit)
ORDER BY p.project_code LIMIT :call.limit
