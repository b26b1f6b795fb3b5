-- SetEvaluationPolicyRequest -> EvaluationPolicy
WITH own AS (
  SELECT * FROM unnest(:own_items.item_code, :own_items.item_title, :own_items.item_weight) WITH ORDINALITY AS i(item_code, item_title, item_weight, place)
),
problem AS (
  SELECT 'SCORE_TWICE' AS refusal, format('own_items[%s].item_code', max(place) - 1) AS refusal_path, item_code AS refusal_detail FROM own
    GROUP BY item_code HAVING count(*) > 1
  UNION ALL SELECT 'SCORE_TWICE', format('own_items[%s].item_code', place - 1), item_code FROM own WHERE item_code IN ('LABOUR_ORG', 'PAY', 'TRAINING')
),
gone AS (
  DELETE FROM evaluation_policy_item i WHERE i.valid_from_date = :valid_from_date AND NOT EXISTS (SELECT 1 FROM problem)
    AND NOT EXISTS (SELECT 1 FROM own WHERE own.item_code = i.item_code)
),
kept AS (
  INSERT INTO evaluation_policy_item (valid_from_date, item_code, item_title, item_weight)
  SELECT :valid_from_date, item_code, item_title, coalesce(item_weight, 0) FROM own WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (valid_from_date, item_code) DO UPDATE SET item_title = excluded.item_title, item_weight = excluded.item_weight
),
changed AS (
  INSERT INTO evaluation_policy (valid_from_date, organisation_weight, pay_weight, training_weight, own_weight, year_minimum_count, source_note)
  SELECT :valid_from_date, coalesce(:organisation_weight, 0), coalesce(:pay_weight, 0), coalesce(:training_weight, 0),
    (SELECT coalesce(sum(item_weight), 0) FROM own)::int4, coalesce(:year_minimum_count, 0), :source_note
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (valid_from_date) DO UPDATE SET organisation_weight = excluded.organisation_weight, pay_weight = excluded.pay_weight,
    training_weight = excluded.training_weight, own_weight = excluded.own_weight, year_minimum_count = excluded.year_minimum_count,
    source_note = excluded.source_note
  RETURNING valid_from_date, organisation_weight, pay_weight, training_weight, year_minimum_count, source_note
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.*, (SELECT json_agg(json_build_object('item_code', item_code, 'item_title', item_title,
  'item_weight', item_weight) ORDER BY place) FROM own) AS own_items
FROM problem p FULL JOIN changed c ON false
