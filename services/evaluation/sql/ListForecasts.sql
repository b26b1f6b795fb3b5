-- ListForecastsRequest -> ProjectForecastPage.rows[]
-- Works in progress; those that will miss their floor by most come first, those of which nothing can be said last.
WITH forecast AS (
  SELECT p.project_code, p.project_name, p.planned_end_date, p.start_date, f.progress_month, f.progress_bp, f.pay_fen, f.worked_hundredths, f.worked_month_count, f.worker_count, f.month_workdays, f.rule_code, f.rule_basis, f.rule_standing, coalesce(f.base_fen, 0) AS base_fen, f.floor_bp, f.final_pay_fen, f.forecast_bp,
    CASE WHEN f.forecast_bp IS NULL THEN '9' ELSE lpad((f.forecast_bp - f.floor_bp + 100000)::text, 8, '0') END || ' ' || p.project_code AS rank_key
  FROM project p, LATERAL forecast_of(p.project_code, :call.today, :binding_only) f
  WHERE p.project_state = 'CONSTRUCTION'
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
)
SELECT rank_key AS page_key, project_code, project_name, planned_end_date, start_date, progress_month, progress_bp, pay_fen, worked_hundredths,
  worked_month_count, worker_count, month_workdays, rule_code, rule_basis, rule_standing, base_fen, floor_bp, final_pay_fen, forecast_bp
FROM forecast
WHERE rank_key > coalesce(:page_token, '')
  -- to the fen: a share cut off to whole basis points is below its floor whenever the pay is
  AND (NOT :misses_only OR final_pay_fen::numeric * 10000 < base_fen::numeric * floor_bp)
ORDER BY rank_key LIMIT :call.limit
