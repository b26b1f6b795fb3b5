-- SetDividendPlanRequest -> DividendPlan
-- A plan may be changed, but not so that what was paid would lie outside it.
WITH former AS (
  SELECT d.*, (SELECT min(v.paid_date) FROM dividend v WHERE v.project_code = d.project_code AND v.plan_code = d.plan_code) AS first_paid,
    (SELECT max(v.paid_date) FROM dividend v WHERE v.project_code = d.project_code AND v.plan_code = d.plan_code) AS last_paid,
    (SELECT max(v.beneficiary_count) FROM dividend v WHERE v.project_code = d.project_code AND v.plan_code = d.plan_code) AS most_paid,
    (SELECT max(y.fen) FROM (SELECT sum(v.dividend_fen)::int8 AS fen FROM dividend v WHERE v.project_code = d.project_code AND v.plan_code = d.plan_code
      GROUP BY extract(year FROM v.paid_date)) AS y) AS most_fen
  FROM dividend_plan d WHERE d.project_code = :project_code AND d.plan_code = :plan_code
),
problem AS (
  SELECT 'DIVIDEND_PLAN_IN_USE' AS refusal, f.path AS refusal_path, f.detail AS refusal_detail FROM former, LATERAL (VALUES
    ('valid_from_date', first_paid::text, first_paid < :valid_from_date), ('valid_to_date', last_paid::text, last_paid > :valid_to_date),
    ('beneficiary_count', most_paid::text, most_paid > coalesce(:beneficiary_count, 0)), ('yearly_fen', most_fen::text, most_fen > :yearly_fen))
    AS f(path, detail, wrong) WHERE f.wrong
),
changed AS (
  INSERT INTO dividend_plan (project_code, plan_code, asset_fen, holder_unit_id, beneficiary_count, valid_from_date, valid_to_date, yearly_fen)
  SELECT :project_code, :plan_code, coalesce(:asset_fen, 0), :holder_unit_id, coalesce(:beneficiary_count, 0), :valid_from_date, :valid_to_date, :yearly_fen
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, plan_code) DO UPDATE SET asset_fen = excluded.asset_fen, holder_unit_id = excluded.holder_unit_id,
    beneficiary_count = excluded.beneficiary_count, valid_from_date = excluded.valid_from_date, valid_to_date = excluded.valid_to_date,
    yearly_fen = excluded.yearly_fen
  RETURNING project_code, plan_code, asset_fen, holder_unit_id, beneficiary_count, valid_from_date, valid_to_date, dividend_fen, yearly_fen
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
