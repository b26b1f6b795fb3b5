-- ListProgressRequest -> ListProgressReply.rows[]
SELECT r.project_code, r.month, r.reported_as, r.version_number, r.unit_id, r.progress_bp, r.invested_fen, r.disbursed_fen, r.progress_note,
  r.reported_at AS reported_at_us, concat_ws('/', r.project_code, r.month, r.reported_as, r.version_number::text) AS page_key
FROM progress_report r
WHERE (:project_code IS NULL OR r.project_code = :project_code) AND (:month IS NULL OR r.month = :month)
  AND (:reported_as IS NULL OR r.reported_as = :reported_as)
  AND (:all_versions OR NOT EXISTS (SELECT 1 FROM progress_report n WHERE n.project_code = r.project_code AND n.month = r.month
                                    AND n.reported_as = r.reported_as AND n.version_number > r.version_number))
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = r.project_code AND y.unit_id = :call.unit))
  AND (:page_token IS NULL OR (r.project_code, r.month, r.reported_as, r.version_number) > (split_part(:page_token, '/', 1),
       split_part(:page_token, '/', 2), split_part(:page_token, '/', 3), split_part(:page_token, '/', 4)::int4))
ORDER BY r.project_code, r.month, r.reported_as, r.version_number LIMIT :call.limit
