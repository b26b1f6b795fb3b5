-- ListNoticeProjectsRequest -> NoticeProjectPage.rows[]
-- A project is on the public board from its first notice on.
SELECT p.project_code AS page_key, p.project_code, p.project_name, u.unit_name AS bureau_name, p.town_village_name AS place_name, n.newest_date
FROM project p JOIN unit u ON u.unit_id = p.bureau_unit_id
  CROSS JOIN LATERAL (SELECT max(x.published_date) AS newest_date FROM notice x WHERE x.project_code = p.project_code) n
WHERE n.newest_date IS NOT NULL AND (:page_token IS NULL OR p.project_code > :page_token)
ORDER BY p.project_code LIMIT :call.limit
