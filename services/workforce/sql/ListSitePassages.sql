-- ListSitePassagesRequest -> ListSitePassagesReply.rows[]
SELECT p.agreement_code, a.worker_number, w.worker_name, p.passage_kind, p.passage_date, p.hand_over_note, p.recorded_by,
       p.agreement_code || '|' || p.passage_kind AS page_key
FROM site_passage p JOIN agreement a USING (project_code, agreement_code) JOIN worker w USING (worker_number)
WHERE p.project_code = :project_code
  AND (p.agreement_code, p.passage_kind) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2), ''))
ORDER BY p.agreement_code, p.passage_kind
LIMIT :call.limit
