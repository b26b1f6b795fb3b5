-- SetPayPolicyRequest -> PayPolicy
WITH problem AS (
  SELECT 'POLICY_VALUE_OUT_OF_RANGE' AS refusal, 'policy_value' AS refusal_path, r.lowest || '..' || r.highest AS refusal_detail
  FROM (VALUES ('PUBLICITY_DAYS', 1, 60), ('FILING_DAYS', 1, 366), ('PAY_DUE_MONTHS', 0, 1), ('DAILY_MINIMUM_FEN', 0, 10000000),
    ('TOWNSHIP_REVIEW_REQUIRED', 0, 1), ('MONTH_DAY_HUNDREDTHS', 2000, 3100), ('WORKDAY_HOUR_HUNDREDTHS', 400, 1200), ('STANDARD_STRICT', 0, 1),
    ('CODE_VALID_HOURS', 1, 720), ('CODE_ATTEMPTS', 1, 20), ('RETENTION_YEARS', 3, 100),
    ('SUPERVISOR_REVIEW_REQUIRED', 0, 1), ('FUND_CHECK', 0, 2), ('ACCOUNT_CHECK_REQUIRED', 0, 1), ('WAGE_ACCOUNT_DAYS', 1, 366),
    ('CLOSING_NOTICE_DAYS', 1, 366), ('ENQUIRY_DAYS', 0, 60)) AS r(policy_name, lowest, highest)
  WHERE r.policy_name = :policy_name AND coalesce(:policy_value, 0) NOT BETWEEN r.lowest AND r.highest
),
changed AS (
  INSERT INTO pay_policy (policy_name, valid_from_date, policy_value, source_note)
  SELECT :policy_name, :valid_from_date, coalesce(:policy_value, 0), :source_note WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (policy_name, valid_from_date) DO UPDATE SET policy_value = excluded.policy_value, source_note = excluded.source_note
  RETURNING policy_name, policy_value, valid_from_date, source_note
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
