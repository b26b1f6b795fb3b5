-- ListObjectionsRequest -> ObjectionPage.rows[]
SELECT o.objection_number::text AS page_key, o.project_code, o.sheet_code, o.objection_number, o.worker_number, o.objection_state,
  o.objection_reason, o.resolution_note, o.raised_date, o.resolved_date, o.corrected_gross_fen
FROM objection o
WHERE o.project_code = :project_code AND o.sheet_code = :sheet_code AND o.objection_number > coalesce(:page_token, '0')::int4
  AND (:objection_state IS NULL OR o.objection_state = :objection_state)
ORDER BY o.objection_number LIMIT :call.limit
