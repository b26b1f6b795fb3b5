-- ListProjectArrearsRequest -> ProjectArrearsPage.rows[]
SELECT p.project_code AS page_key, p.project_code, p.project_name, a.owed_fen, a.worker_count, a.sheet_count, a.oldest_due_date,
  (SELECT min(c.unit_id) FROM project_party c WHERE c.project_code = p.project_code AND c.relation = 'CONTRACTOR') AS liable_unit_id
FROM project p CROSS JOIN LATERAL (
  SELECT sum(o.owed_fen)::int8 AS owed_fen, count(DISTINCT o.worker_number)::int4 AS worker_count, count(DISTINCT o.sheet_code)::int4 AS sheet_count,
    min(o.due_date) AS oldest_due_date
  FROM arrears_on(p.project_code, coalesce(:as_of_date, :call.today)) o HAVING count(*) > 0
) AS a
WHERE p.project_code > coalesce(:page_token, '') AND (:bureau_unit_id IS NULL OR p.bureau_unit_id = :bureau_unit_id)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party c WHERE c.project_code = p.project_code AND c.unit_id = :call.unit AND c.relation <> 'BANK'))
ORDER BY p.project_code LIMIT :call.limit
