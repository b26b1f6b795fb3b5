-- DividendPlanChanged -> Nothing
INSERT INTO dividend_plan (project_code, plan_code) VALUES (:project_code, :plan_code) ON CONFLICT DO NOTHING
