-- ProjectWorkforceRequest -> ProjectGroupsReply.rows[]
-- Workers absorbed by priority group, each by what he was on his first sealed day of the quarter (R100). One person may be in several.
WITH person AS (
  SELECT DISTINCT ON (person_of(worker_number)) priority_groups FROM sealed_worker
  WHERE project_code = :project_code AND employment_kind = 'WORK_RELIEF_SERVICE'
    AND month BETWEEN left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0')
                  AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0')
  ORDER BY person_of(worker_number), month)
SELECT priority_group, count(*)::int4 AS worker_count FROM person CROSS JOIN LATERAL unnest(priority_groups) AS g(priority_group)
GROUP BY priority_group ORDER BY priority_group
