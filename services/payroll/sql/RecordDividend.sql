-- RecordDividendRequest -> DividendPlan
WITH plan AS (
  SELECT * FROM dividend_plan WHERE project_code = :project_code AND plan_code = :plan_code
),
problem AS (
  SELECT 'PLAN_NOT_FOUND' AS refusal, 'plan_code' AS refusal_path, :plan_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM plan)
  UNION ALL SELECT 'DIVIDEND_OUTSIDE_PERIOD', 'paid_date', valid_from_date || '..' || valid_to_date FROM plan
    WHERE :paid_date NOT BETWEEN valid_from_date AND valid_to_date
  UNION ALL SELECT 'TOO_MANY_BENEFICIARIES', 'beneficiary_count', beneficiary_count::text FROM plan
    WHERE :beneficiary_count > beneficiary_count
  UNION ALL SELECT 'DIVIDEND_RECORDED', 'paid_date', :paid_date::text FROM dividend
    WHERE project_code = :project_code AND plan_code = :plan_code AND paid_date = :paid_date
),
paid AS (
  INSERT INTO dividend (project_code, plan_code, paid_date, dividend_fen, beneficiary_count)
  SELECT :project_code, :plan_code, :paid_date, :dividend_fen, :beneficiary_count WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE dividend_plan d SET dividend_fen = d.dividend_fen + :dividend_fen
  WHERE d.project_code = :project_code AND d.plan_code = :plan_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.project_code, d.plan_code, d.asset_fen, d.holder_unit_id, d.beneficiary_count, d.valid_from_date, d.valid_to_date,
    d.dividend_fen
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
