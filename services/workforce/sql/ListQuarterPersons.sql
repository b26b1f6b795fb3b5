-- QuarterPersonsRequest -> QuarterPersonsReply.rows[]
-- Who had a sealed day of work-relief in the quarter: by token, so that a person counts once across bureaus without a name leaving.
SELECT p.project_code, w.worker_token, p.first_date, p.sex, p.is_local, string_to_array(nullif(p.groups_text, ''), ',') AS priority_groups,
       p.day_hundredths, p.project_code || '|' || p.worker_number AS page_key
FROM (
  SELECT s.project_code, coalesce(g.worker_number, s.worker_number) AS worker_number, min(s.first_date) AS first_date, min(s.sex) AS sex, sum(s.day_hundredths)::int8 AS day_hundredths,
         (array_agg(s.is_local ORDER BY s.month))[1] AS is_local,
         (array_agg(array_to_string(s.priority_groups, ',') ORDER BY s.month))[1] AS groups_text
  FROM project JOIN sealed_worker s USING (project_code) LEFT JOIN worker_merge g ON g.former_number = s.worker_number
  WHERE bureau_unit_id = :unit_id AND s.employment_kind = 'WORK_RELIEF_SERVICE'
    AND s.month BETWEEN left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0')
                    AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0')
    AND (s.project_code, coalesce(g.worker_number, s.worker_number)) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2)::int8, -1))
  GROUP BY s.project_code, coalesce(g.worker_number, s.worker_number)
  ORDER BY 1, 2
  LIMIT :call.limit) p
JOIN worker w USING (worker_number)
ORDER BY p.project_code, p.worker_number
