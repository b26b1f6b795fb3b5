-- SetPayStandardRequest -> PayStandard
-- By whatever unit a post is paid, a day of it is worth at least the local minimum (R124); by the piece this shows only when the sheet is drawn.
WITH policy AS MATERIALIZED (
  SELECT daily_rate(:pay_unit, coalesce(:rate_fen, 0), pay_policy_on('MONTH_DAY_HUNDREDTHS', :valid_from_date),
      pay_policy_on('WORKDAY_HOUR_HUNDREDTHS', :valid_from_date)) AS daily_fen,
    daily_minimum_on((SELECT division_code FROM project WHERE project_code = :project_code), :valid_from_date) AS minimum_daily_fen
),
problem AS (
  SELECT 'RATE_BELOW_MINIMUM' AS refusal, 'rate_fen' AS refusal_path, format('%s < %s', daily_fen, minimum_daily_fen) AS refusal_detail
  FROM policy WHERE daily_fen < minimum_daily_fen
),
changed AS (
  INSERT INTO pay_standard (project_code, post_name, valid_from_date, pay_unit, rate_fen, pay_cycle)
  SELECT :project_code, :post_name, :valid_from_date, :pay_unit, coalesce(:rate_fen, 0), :pay_cycle WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, post_name, valid_from_date) DO UPDATE SET pay_unit = excluded.pay_unit, rate_fen = excluded.rate_fen,
    pay_cycle = excluded.pay_cycle
  RETURNING project_code, post_name, pay_unit, rate_fen, valid_from_date, pay_cycle
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN (SELECT changed.*, daily_fen, minimum_daily_fen FROM changed, policy) c
  ON false
