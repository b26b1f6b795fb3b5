-- ListPapersRequest -> ListPapersReply.rows[]
SELECT p.project_code, p.paper_code, p.paper_kind, p.paper_title, p.media_type, p.size_bytes, p.paper_digest, p.page_count, p.paper_date,
  p.states_requirement, p.replaces_code, n.paper_code AS replaced_by_code, p.version_number, p.added_by, p.added_by_unit AS added_by_unit_id,
  p.added_at AS added_at_us, p.project_code || '/' || p.paper_code AS page_key
FROM paper p LEFT JOIN paper n ON n.project_code = p.project_code AND n.replaces_code = p.paper_code
WHERE (:project_code IS NULL OR p.project_code = :project_code) AND (:paper_kind IS NULL OR p.paper_kind = :paper_kind)
  AND (:paper_digest IS NULL OR p.paper_digest = :paper_digest) AND (NOT :current_only OR n.paper_code IS NULL)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
  AND (:page_token IS NULL OR (p.project_code, p.paper_code) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
ORDER BY p.project_code, p.paper_code LIMIT :call.limit
