-- ListOrganisedRequest -> ListOrganisedReply.rows[]
-- Of the workers with sealed days in the quarter, those whose employer is a labour organisation, a cooperative or a village collective (R088).
WITH project_page AS MATERIALIZED (
  SELECT p.project_code FROM project p
  WHERE p.bureau_unit_id = :unit_id AND p.project_code > coalesce(:page_token, '')
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party m WHERE m.project_code = p.project_code AND m.unit_id = :call.unit))
  ORDER BY p.project_code LIMIT :call.limit),
person AS (
  SELECT s.project_code, person_of(s.worker_number) AS worker_number,
         bool_or(u.unit_kind IN ('LABOUR_ORGANISATION', 'RURAL_COLLECTIVE', 'VILLAGE_COMMITTEE')) AS organised
  FROM project_page JOIN sealed_worker s USING (project_code) JOIN agreement a USING (project_code, agreement_code)
  LEFT JOIN unit u ON u.unit_id = a.employer_unit_id
  WHERE s.employment_kind = 'WORK_RELIEF_SERVICE' AND s.month BETWEEN left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0')
    AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0')
  GROUP BY 1, 2)
SELECT p.project_code, count(n.worker_number)::int4 AS worker_count, count(*) FILTER (WHERE n.organised)::int4 AS organised_count,
       (count(*) FILTER (WHERE n.organised) * 10000 / nullif(count(n.worker_number), 0))::int4 AS organised_share_bp, p.project_code AS page_key
FROM project_page p LEFT JOIN person n USING (project_code)
GROUP BY p.project_code ORDER BY p.project_code
