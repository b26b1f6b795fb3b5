-- ListProgressDifferencesRequest -> ListProgressDifferencesReply.rows[]
WITH latest AS (
  SELECT DISTINCT ON (r.project_code, r.month, r.reported_as) r.* FROM progress_report r
  WHERE (:project_code IS NULL OR r.project_code = :project_code) AND (:month IS NULL OR r.month = :month)
    AND (:page_token IS NULL OR (r.project_code, r.month) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
  ORDER BY r.project_code, r.month, r.reported_as, r.version_number DESC
)
SELECT o.project_code, p.project_name, o.month, o.version_number AS owner_version_number, c.version_number AS contractor_version_number,
  o.progress_bp AS owner_progress_bp, c.progress_bp AS contractor_progress_bp, o.invested_fen AS owner_invested_fen,
  c.invested_fen AS contractor_invested_fen, o.disbursed_fen AS owner_disbursed_fen, c.disbursed_fen AS contractor_disbursed_fen,
  o.project_code || '/' || o.month AS page_key
FROM latest o JOIN latest c ON (c.project_code, c.month, c.reported_as) = (o.project_code, o.month, 'CONTRACTOR')
  JOIN project p ON p.project_code = o.project_code
WHERE o.reported_as = 'OWNER'
  AND (o.progress_bp <> c.progress_bp OR o.invested_fen <> c.invested_fen OR o.disbursed_fen <> c.disbursed_fen)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = o.project_code AND y.unit_id = :call.unit))
ORDER BY o.project_code, o.month LIMIT :call.limit
