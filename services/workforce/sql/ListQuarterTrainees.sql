-- QuarterPersonsRequest -> QuarterTraineesReply.rows[]
-- Who signed in at a training of the quarter, by token; what of it was safety and what skill.
WITH span AS (
  SELECT first_date, (first_date + interval '3 months' - interval '1 day')::date AS last_date
  FROM (SELECT make_date(left(:quarter, 4)::int4, right(:quarter, 1)::int4 * 3 - 2, 1) AS first_date) q),
place AS (SELECT coalesce(split_part(:page_token, '|', 1), '') COLLATE "C" AS code, coalesce(split_part(:page_token, '|', 2)::int8, -1) AS number)
SELECT j.project_code, w.worker_token, p.safety_trained, p.skill_trained, j.project_code || '|' || p.worker_number AS page_key
FROM place CROSS JOIN span CROSS JOIN LATERAL (
  SELECT project_code FROM project WHERE bureau_unit_id = :unit_id AND project_code >= place.code
    AND (:project_code IS NULL OR project_code = :project_code) ORDER BY project_code) j
CROSS JOIN LATERAL (
  SELECT coalesce(g.worker_number, e.worker_number) AS worker_number, bool_or(t.training_content IN ('SAFETY', 'BOTH')) AS safety_trained,
         bool_or(t.training_content IN ('SKILL', 'BOTH')) AS skill_trained
  FROM training t JOIN trainee e USING (project_code, training_code) LEFT JOIN worker_merge g ON g.former_number = e.worker_number
  WHERE t.project_code = j.project_code AND t.training_audience = 'WORKERS' AND t.training_date BETWEEN span.first_date AND span.last_date
    AND e.signed_in AND coalesce(g.worker_number, e.worker_number) > CASE WHEN j.project_code = place.code THEN place.number ELSE -1 END
  GROUP BY coalesce(g.worker_number, e.worker_number)
  ORDER BY 1 LIMIT :call.limit) p
JOIN worker w USING (worker_number)
ORDER BY j.project_code, p.worker_number
LIMIT :call.limit
