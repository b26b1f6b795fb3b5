-- QuarterPersonsRequest -> QuarterPersonsReply.rows[]
-- Who had a sealed day of work-relief in the quarter: by token, so that a person counts once across bureaus without a name leaving; with
-- the days as masks, so that one day at two bureaus shows. Project after project, each by its key, so that a page costs a page.
WITH month AS (
  SELECT n, left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 3 + n)::text, 2, '0') AS month FROM generate_series(1, 3) n),
place AS (SELECT coalesce(split_part(:page_token, '|', 1), '') COLLATE "C" AS code, coalesce(split_part(:page_token, '|', 2)::int8, -1) AS number)
SELECT j.project_code, w.worker_token, p.first_date, p.sex, p.is_local, string_to_array(nullif(p.groups_text, ''), ',') AS priority_groups,
       p.day_hundredths, p.first_whole_mask, p.second_whole_mask, p.third_whole_mask, p.first_part_mask, p.second_part_mask, p.third_part_mask,
       j.project_code || '|' || p.worker_number AS page_key
FROM place CROSS JOIN LATERAL (
  SELECT project_code FROM project WHERE bureau_unit_id = :unit_id AND project_code >= place.code
    AND (:project_code IS NULL OR project_code = :project_code) ORDER BY project_code) j
CROSS JOIN LATERAL (
  SELECT coalesce(g.worker_number, s.worker_number) AS worker_number, min(s.first_date) AS first_date, min(s.sex) AS sex,
         sum(s.day_hundredths)::int8 AS day_hundredths, (array_agg(s.is_local ORDER BY s.month))[1] AS is_local,
         (array_agg(array_to_string(s.priority_groups, ',') ORDER BY s.month))[1] AS groups_text,
         coalesce(bit_or(s.whole_mask) FILTER (WHERE m.n = 1), 0) AS first_whole_mask,
         coalesce(bit_or(s.whole_mask) FILTER (WHERE m.n = 2), 0) AS second_whole_mask,
         coalesce(bit_or(s.whole_mask) FILTER (WHERE m.n = 3), 0) AS third_whole_mask,
         coalesce(bit_or(s.part_mask) FILTER (WHERE m.n = 1), 0) AS first_part_mask,
         coalesce(bit_or(s.part_mask) FILTER (WHERE m.n = 2), 0) AS second_part_mask,
         coalesce(bit_or(s.part_mask) FILTER (WHERE m.n = 3), 0) AS third_part_mask
  FROM month m JOIN sealed_worker s ON s.project_code = j.project_code AND s.month = m.month
  LEFT JOIN worker_merge g ON g.former_number = s.worker_number
  WHERE s.employment_kind = 'WORK_RELIEF_SERVICE'
    AND coalesce(g.worker_number, s.worker_number) > CASE WHEN j.project_code = place.code THEN place.number ELSE -1 END
  GROUP BY coalesce(g.worker_number, s.worker_number)
  ORDER BY 1 LIMIT :call.limit) p
JOIN worker w USING (worker_number)
ORDER BY j.project_code, p.worker_number
LIMIT :call.limit
