-- RefreshFiguresRequest -> RefreshFiguresReply
WITH span AS (
  SELECT left(:quarter, 4) || '-01' AS year_month, left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0') AS last_month),
stale AS MATERIALIZED (
  SELECT p.project_code, sum(size.worker_months) OVER (ORDER BY p.project_code) - size.worker_months AS before
  FROM project p CROSS JOIN span CROSS JOIN LATERAL (
    SELECT sum(s.worker_count)::int8 AS worker_months FROM sealed_month s
    WHERE s.project_code = p.project_code AND s.month BETWEEN span.year_month AND span.last_month) size
  WHERE p.bureau_unit_id = :unit_id AND size.worker_months > 0
    AND NOT EXISTS (SELECT 1 FROM sealed_figure f WHERE f.project_code = p.project_code AND f.quarter = :quarter)),
kept AS (
  INSERT INTO sealed_figure SELECT c.* FROM count_sealed_figures(ARRAY(SELECT project_code FROM stale WHERE before < 20000), :quarter) c
  RETURNING project_code)
SELECT (SELECT count(*)::int4 FROM kept) AS refreshed_count, (SELECT count(*)::int4 FROM stale WHERE before >= 20000) AS left_count
