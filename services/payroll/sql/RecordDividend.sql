-- RecordDividendRequest -> DividendPlan
-- Within the plan's period, people and yearly amount; labour pay and its ratios know nothing of it (R155).
WITH plan AS (
  SELECT * FROM dividend_plan WHERE project_code = :project_code AND plan_code = :plan_code
),
problem AS (
  SELECT 'PLAN_NOT_FOUND' AS refusal, 'plan_code' AS refusal_path, :plan_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM plan)
  UNION ALL SELECT 'DIVIDEND_OUTSIDE_PERIOD', 'paid_date', valid_from_date || '..' || valid_to_date FROM plan
    WHERE :paid_date NOT BETWEEN valid_from_date AND valid_to_date
  UNION ALL SELECT 'TOO_MANY_BENEFICIARIES', 'beneficiary_count', beneficiary_count::text FROM plan
    WHERE :beneficiary_count > beneficiary_count
  UNION ALL SELECT 'DIVIDEND_ABOVE_PLAN', 'dividend_fen', format('%s + %s > %s', y.paid_fen, :dividend_fen, plan.yearly_fen) FROM plan, LATERAL (
      SELECT coalesce(sum(v.dividend_fen), 0)::int8 AS paid_fen FROM dividend v WHERE v.project_code = :project_code AND v.plan_code = :plan_code
        AND extract(year FROM v.paid_date) = extract(year FROM :paid_date)) AS y WHERE y.paid_fen + :dividend_fen > plan.yearly_fen
  UNION ALL SELECT 'PAID_IN_FUTURE', 'paid_date', :paid_date::text WHERE :paid_date > :call.today
  UNION ALL SELECT 'DIVIDEND_RECORDED', 'paid_date', :paid_date::text FROM dividend
    WHERE project_code = :project_code AND plan_code = :plan_code AND paid_date = :paid_date
),
paid AS (
  INSERT INTO dividend (project_code, plan_code, paid_date, dividend_fen, beneficiary_count, recorded_by, dividend_note)
  SELECT :project_code, :plan_code, :paid_date, :dividend_fen, :beneficiary_count, :call.principal, :dividend_note WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE dividend_plan d SET dividend_fen = d.dividend_fen + :dividend_fen
  WHERE d.project_code = :project_code AND d.plan_code = :plan_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.project_code, d.plan_code, d.asset_fen, d.holder_unit_id, d.beneficiary_count, d.valid_from_date, d.valid_to_date,
    d.dividend_fen, d.yearly_fen
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
