-- SetWorkforcePolicyRequest -> WorkforcePolicy
-- A new value from a day on; the past keeps what held then.
WITH problem AS MATERIALIZED (
  SELECT 'POLICY_UNKNOWN' AS refusal, 'policy_name' AS refusal_path,
         (SELECT string_agg(DISTINCT policy_name, ', ' ORDER BY policy_name) FROM policy) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM policy WHERE policy_name = :policy_name)
  UNION ALL
  SELECT 'RULE_BEGUN', 'valid_from_date', :valid_from_date::text WHERE :valid_from_date < :call.today),
written AS (
  INSERT INTO policy (policy_name, valid_from, policy_value, source)
  SELECT :policy_name, :valid_from_date, :policy_value, :source_note WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (policy_name, valid_from) DO UPDATE SET policy_value = excluded.policy_value, source = excluded.source
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, policy_name, valid_from AS valid_from_date, policy_value,
       source AS source_note
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL FROM problem
