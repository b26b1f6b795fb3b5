-- SetPayStandardRequest -> PayStandard
WITH problem AS (
  SELECT 'RATE_BELOW_MINIMUM' AS refusal, 'rate_fen' AS refusal_path, pay_policy_on('DAILY_MINIMUM_FEN',
    :valid_from_date)::text AS refusal_detail
  WHERE :pay_unit = 'DAY' AND coalesce(:rate_fen, 0) < pay_policy_on('DAILY_MINIMUM_FEN', :valid_from_date)
),
changed AS (
  INSERT INTO pay_standard (project_code, post_name, valid_from_date, pay_unit, rate_fen)
  SELECT :project_code, :post_name, :valid_from_date, :pay_unit, coalesce(:rate_fen, 0) WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, post_name, valid_from_date) DO UPDATE SET pay_unit = excluded.pay_unit, rate_fen = excluded.rate_fen
  RETURNING project_code, post_name, pay_unit, rate_fen, valid_from_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
