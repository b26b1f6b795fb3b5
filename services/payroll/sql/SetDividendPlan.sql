-- SetDividendPlanRequest -> DividendPlan
INSERT INTO dividend_plan (project_code, plan_code, asset_fen, holder_unit_id, beneficiary_count, valid_from_date, valid_to_date)
VALUES (:project_code, :plan_code, coalesce(:asset_fen, 0), :holder_unit_id, coalesce(:beneficiary_count, 0), :valid_from_date,
  :valid_to_date)
ON CONFLICT (project_code, plan_code) DO UPDATE SET asset_fen = excluded.asset_fen, holder_unit_id = excluded.holder_unit_id,
  beneficiary_count = excluded.beneficiary_count, valid_from_date = excluded.valid_from_date, valid_to_date = excluded.valid_to_date
RETURNING project_code, plan_code, asset_fen, holder_unit_id, beneficiary_count, valid_from_date, valid_to_date, dividend_fen
