-- GetForecastRequest -> ProjectForecast
SELECT p.project_code, p.project_name, p.planned_end_date, p.start_date, f.progress_month, f.progress_bp, f.pay_fen, f.worked_hundredths,
  f.worked_month_count, f.worker_count, f.month_workdays, f.rule_code, f.rule_basis, f.rule_standing, coalesce(f.base_fen, 0) AS base_fen, f.floor_bp,
  f.final_pay_fen, f.forecast_bp
FROM project p, LATERAL forecast_of(p.project_code, :call.today, :binding_only) f
WHERE p.project_code = :project_code
