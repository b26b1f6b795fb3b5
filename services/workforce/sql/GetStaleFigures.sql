-- GetStaleFiguresRequest -> StaleFigures
SELECT count(*)::int4 AS stale_count FROM project p
WHERE p.bureau_unit_id = :unit_id AND NOT EXISTS (SELECT 1 FROM sealed_figure f WHERE f.project_code = p.project_code AND f.quarter = :quarter)
  AND EXISTS (SELECT 1 FROM sealed_month s WHERE s.project_code = p.project_code AND s.worker_count > 0
    AND s.month BETWEEN left(:quarter, 4) || '-01' AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0'))
