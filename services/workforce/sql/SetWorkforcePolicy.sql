-- SetWorkforcePolicyRequest -> WorkforcePolicy
-- A new value from a day on; the past keeps what held then. A value that comes down is kept as said, late as it may come. It gives way to this
-- office's own one of its day when that is at least as strict; own ones of later days that are laxer are raised to it, until the level above says
-- otherwise. The answer is what then holds.
WITH own AS MATERIALIZED (
  SELECT p.* FROM policy p
  WHERE p.policy_name = :policy_name
    AND NOT EXISTS (SELECT 1 FROM upper_policy u WHERE (u.policy_name, u.valid_from, u.policy_value) = (p.policy_name, p.valid_from, p.policy_value))
    AND NOT EXISTS (SELECT 1 FROM shipped_policy s WHERE (s.policy_name, s.valid_from, s.policy_value) = (p.policy_name, p.valid_from, p.policy_value))),
problem AS MATERIALIZED (
  SELECT 'POLICY_UNKNOWN' AS refusal, 'policy_name' AS refusal_path,
         (SELECT string_agg(DISTINCT policy_name, ', ' ORDER BY policy_name) FROM policy) AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM policy WHERE policy_name = :policy_name)
  UNION ALL
  SELECT 'RULE_BEGUN', 'valid_from_date', :valid_from_date::text WHERE :upper_unit_id IS NULL AND :valid_from_date < :call.today
  UNION ALL
  SELECT 'POLICY_LAXER_THAN_UPPER', 'policy_value', upper_policy_on(:policy_name, :valid_from_date)::text
  WHERE :upper_unit_id IS NULL AND policy_stricter(:policy_name, :policy_value, upper_policy_on(:policy_name, :valid_from_date)) < 0),
standing AS (
  SELECT o.* FROM own o
  WHERE :upper_unit_id IS NOT NULL AND o.valid_from <= :valid_from_date AND policy_stricter(:policy_name, o.policy_value, :policy_value) >= 0
    AND NOT EXISTS (SELECT 1 FROM policy n WHERE n.policy_name = :policy_name AND n.valid_from > o.valid_from AND n.valid_from <= :valid_from_date)
    AND NOT EXISTS (SELECT 1 FROM problem)),
heard AS (
  INSERT INTO upper_policy (policy_name, valid_from, policy_value, upper_unit_id)
  SELECT :policy_name, :valid_from_date, :policy_value, :upper_unit_id WHERE :upper_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (policy_name, valid_from) DO UPDATE SET policy_value = excluded.policy_value, upper_unit_id = excluded.upper_unit_id),
raised AS (
  UPDATE policy p SET policy_value = :policy_value, source = :source_note FROM own o
  WHERE :upper_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM problem) AND p.policy_name = o.policy_name AND p.valid_from = o.valid_from
    AND o.valid_from > :valid_from_date AND policy_stricter(:policy_name, o.policy_value, :policy_value) < 0
    AND NOT EXISTS (SELECT 1 FROM upper_policy u WHERE u.policy_name = :policy_name AND u.valid_from > :valid_from_date AND u.valid_from <= o.valid_from)),
written AS (
  INSERT INTO policy (policy_name, valid_from, policy_value, source)
  SELECT :policy_name, :valid_from_date, :policy_value, :source_note
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM standing)
  ON CONFLICT (policy_name, valid_from) DO UPDATE SET policy_value = excluded.policy_value, source = excluded.source
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, policy_name, valid_from AS valid_from_date, policy_value,
       source AS source_note
FROM (SELECT * FROM written UNION ALL SELECT * FROM standing) now_in_force
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL FROM problem
