-- ListPeerOutliersRequest -> PeerOutlierPage.rows[]
-- A bureau sees its own projects, beside the median of the others and without their names.
WITH chosen AS (
  SELECT quarter, consolidation_number FROM consolidation
  WHERE quarter = :quarter AND (:consolidation_number IS NULL OR consolidation_number = :consolidation_number)
  ORDER BY consolidation_number DESC LIMIT 1)
SELECT quarter, consolidation_number, exception_rule, unit_id, unit_name, report_code, project_code, project_name, field, figure_value, median_value, peer_count,
  unit_id || '|' || project_code || '|' || exception_rule AS page_key
FROM chosen CROSS JOIN LATERAL peer_outlier(quarter, consolidation_number)
WHERE (:call.sees_all OR unit_id = :call.unit)
  AND (:page_token IS NULL OR unit_id || '|' || project_code || '|' || exception_rule > :page_token)
ORDER BY unit_id || '|' || project_code || '|' || exception_rule LIMIT :call.limit
