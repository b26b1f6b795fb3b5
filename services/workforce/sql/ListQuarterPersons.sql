-- QuarterPersonsRequest -> QuarterPersonsReply.rows[]
-- Who had a sealed day of work-relief in the quarter: by token, so that a person counts once across bureaus without a name leaving.
SELECT q.project_code, w.worker_token, q.first_date, q.sex, q.is_local, q.priority_groups, q.day_hundredths,
       q.project_code || '|' || q.worker_number AS page_key
FROM (
  SELECT s.project_code, s.worker_number, min(s.first_date) AS first_date, min(s.sex) AS sex, sum(s.day_hundredths)::int8 AS day_hundredths,
         (array_agg(s.is_local ORDER BY s.month))[1] AS is_local,
         (array_agg(array_to_string(s.priority_groups, ',') ORDER BY s.month))[1] AS groups_text
  FROM project p JOIN sealed_worker s USING (project_code)
  WHERE p.bureau_unit_id = :unit_id AND s.employment_kind = 'WORK_RELIEF_SERVICE'
    AND s.month BETWEEN left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0')
                    AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0')
    AND p.project_code >= coalesce(split_part(:page_token, '|', 1), '')
  GROUP BY s.project_code, s.worker_number) person
CROSS JOIN LATERAL (SELECT person.*, string_to_array(nullif(person.groups_text, ''), ',') AS priority_groups) q
JOIN worker w ON w.worker_number = q.worker_number
WHERE (q.project_code, q.worker_number) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2)::int8, -1))
ORDER BY q.project_code, q.worker_number
LIMIT :call.limit
