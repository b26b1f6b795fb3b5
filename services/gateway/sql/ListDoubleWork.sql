-- ListDoubleWorkRequest -> DoubleWorkPage.rows[]
-- To the office pairs; to a bureau what concerns it, with itself as the first. Nobody else has a row here.
WITH chosen AS (
  SELECT quarter, consolidation_number FROM consolidation
  WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT d.quarter, d.consolidation_number, s.unit_id, coalesce(u.unit_name, s.unit_id) AS unit_name, s.project_code, s.other_unit_id,
  coalesce(o.unit_name, s.other_unit_id) AS other_unit_name, CASE WHEN :call.sees_all THEN s.other_project_code END AS other_project_code,
  CASE WHEN :call.sees_all THEN left(encode(d.worker_token, 'hex'), 8) END AS token_prefix,
  CASE WHEN NOT :call.sees_all THEN ('x' || encode(substr(d.worker_token, 1, 8), 'hex'))::bit(64)::int8 & 9223372036854775807 END AS worker_number,
  d.work_dates, lpad(d.double_number::text, 9, '0') AS page_key
FROM chosen c JOIN double_work d USING (quarter, consolidation_number)
CROSS JOIN LATERAL (
  SELECT d.first_unit_id AS unit_id, d.first_project_code AS project_code, d.second_unit_id AS other_unit_id, d.second_project_code AS other_project_code
  WHERE :call.sees_all OR d.first_unit_id = :call.unit
  UNION ALL SELECT d.second_unit_id, d.second_project_code, d.first_unit_id, d.first_project_code
  WHERE NOT :call.sees_all AND d.second_unit_id = :call.unit) s
LEFT JOIN unit u ON u.unit_id = s.unit_id LEFT JOIN unit o ON o.unit_id = s.other_unit_id
WHERE d.double_number > coalesce(nullif(regexp_replace(:page_token, '[^0-9]', '', 'g'), '')::int4, 0)
ORDER BY d.double_number LIMIT :call.limit
