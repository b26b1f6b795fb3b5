-- SetPayPolicyRequest -> PayPolicy
-- A value that comes down is kept as said. It gives way to this office's own one of its day when that is at least as strict; own ones of later
-- days that are laxer are raised to it, until the level above says otherwise. The answer is what then holds.
WITH own AS (
  SELECT p.* FROM pay_policy p
  WHERE p.policy_name = :policy_name
    AND NOT EXISTS (SELECT 1 FROM upper_policy u WHERE (u.policy_name, u.valid_from_date, u.policy_value) = (p.policy_name, p.valid_from_date, p.policy_value))
    AND NOT EXISTS (SELECT 1 FROM shipped_policy s WHERE (s.policy_name, s.valid_from_date, s.policy_value) = (p.policy_name, p.valid_from_date, p.policy_value))
),
problem AS (
  SELECT 'POLICY_VALUE_OUT_OF_RANGE' AS refusal, 'policy_value' AS refusal_path, r.lowest || '..' || r.highest AS refusal_detail
  FROM (VALUES ('PUBLICITY_DAYS', 1, 60), ('FILING_DAYS', 1, 366), ('PAY_DUE_MONTHS', 0, 1), ('DAILY_MINIMUM_FEN', 0, 10000000),
    ('TOWNSHIP_REVIEW_REQUIRED', 0, 1), ('MONTH_DAY_HUNDREDTHS', 2000, 3100), ('WORKDAY_HOUR_HUNDREDTHS', 400, 1200), ('STANDARD_STRICT', 0, 1),
    ('CODE_VALID_HOURS', 1, 720), ('CODE_ATTEMPTS', 1, 20), ('RETENTION_YEARS', 3, 100),
    ('SUPERVISOR_REVIEW_REQUIRED', 0, 1), ('FUND_CHECK', 0, 2), ('ACCOUNT_CHECK_REQUIRED', 0, 1), ('WAGE_ACCOUNT_DAYS', 1, 366),
    ('CLOSING_NOTICE_DAYS', 1, 366), ('ENQUIRY_DAYS', 0, 60)) AS r(policy_name, lowest, highest)
  WHERE r.policy_name = :policy_name AND coalesce(:policy_value, 0) NOT BETWEEN r.lowest AND r.highest
  UNION ALL
  SELECT 'POLICY_LAXER_THAN_UPPER', 'policy_value', upper_policy_on(:policy_name, :valid_from_date)::text
  WHERE :upper_unit_id IS NULL AND policy_stricter(:policy_name, coalesce(:policy_value, 0), upper_policy_on(:policy_name, :valid_from_date)) < 0
),
standing AS (
  SELECT o.policy_name, o.policy_value, o.valid_from_date, o.source_note
  FROM own o
  WHERE :upper_unit_id IS NOT NULL AND o.valid_from_date <= :valid_from_date AND policy_stricter(:policy_name, o.policy_value, coalesce(:policy_value, 0)) >= 0
    AND NOT EXISTS (SELECT 1 FROM pay_policy n WHERE n.policy_name = :policy_name AND n.valid_from_date > o.valid_from_date AND n.valid_from_date <= :valid_from_date)
    AND NOT EXISTS (SELECT 1 FROM problem)
),
heard AS (
  INSERT INTO upper_policy (policy_name, valid_from_date, policy_value, upper_unit_id)
  SELECT :policy_name, :valid_from_date, coalesce(:policy_value, 0), :upper_unit_id WHERE :upper_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (policy_name, valid_from_date) DO UPDATE SET policy_value = excluded.policy_value, upper_unit_id = excluded.upper_unit_id
),
raised AS (
  UPDATE pay_policy p SET policy_value = coalesce(:policy_value, 0), source_note = :source_note FROM own o
  WHERE :upper_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM problem) AND p.policy_name = o.policy_name AND p.valid_from_date = o.valid_from_date
    AND o.valid_from_date > :valid_from_date AND policy_stricter(:policy_name, o.policy_value, coalesce(:policy_value, 0)) < 0
    AND NOT EXISTS (SELECT 1 FROM upper_policy u
                    WHERE u.policy_name = :policy_name AND u.valid_from_date > :valid_from_date AND u.valid_from_date <= o.valid_from_date)
),
changed AS (
  INSERT INTO pay_policy (policy_name, valid_from_date, policy_value, source_note)
  SELECT :policy_name, :valid_from_date, coalesce(:policy_value, 0), :source_note
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM standing)
  ON CONFLICT (policy_name, valid_from_date) DO UPDATE SET policy_value = excluded.policy_value, source_note = excluded.source_note
  RETURNING policy_name, policy_value, valid_from_date, source_note
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN (SELECT * FROM changed UNION ALL SELECT * FROM standing) c ON false
