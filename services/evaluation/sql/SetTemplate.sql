-- SetTemplateRequest -> Template
-- The next version. It begins after the latest one and not in the past, so that what a day's form was does not change afterwards.
WITH item AS (
  SELECT * FROM unnest(:items.item_title, :items.inspection_item, :items.is_required) WITH ORDINALITY
    AS i(item_title, inspection_item, is_required, place)
),
latest AS (
  SELECT max(version_number) AS version_number, max(valid_from_date) AS valid_from_date FROM template WHERE template_kind = :template_kind
),
problem AS (
  SELECT 'TEMPLATE_IN_PAST' AS refusal, 'valid_from_date' AS refusal_path, greatest(:call.today, latest.valid_from_date + 1)::text AS refusal_detail
    FROM latest WHERE :valid_from_date < greatest(:call.today, latest.valid_from_date + 1)
  UNION ALL SELECT 'TEMPLATE_ITEM_UNSAID', format('items[%s].inspection_item', place - 1), item_title FROM item
    WHERE starts_with(:template_kind, 'STAGE_') AND inspection_item IS NULL
  UNION ALL SELECT 'ITEM_TWICE', format('items[%s].item_title', max(place) - 1), item_title FROM item GROUP BY item_title HAVING count(*) > 1
  UNION ALL SELECT 'ITEM_TWICE', format('items[%s].inspection_item', max(place) - 1), inspection_item FROM item WHERE inspection_item IS NOT NULL
    GROUP BY inspection_item HAVING count(*) > 1
),
kept AS (
  INSERT INTO template_item (template_kind, version_number, item_number, item_title, inspection_item, is_required)
  SELECT :template_kind, coalesce(latest.version_number, 0) + 1, place::int4, item_title, inspection_item, coalesce(is_required, false) FROM item, latest
  WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  INSERT INTO template (template_kind, version_number, valid_from_date, template_title, source_note, set_by)
  SELECT :template_kind, coalesce(latest.version_number, 0) + 1, :valid_from_date, :template_title, :source_note, :call.principal FROM latest
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING template_kind, version_number, valid_from_date, template_title, source_note
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.*, CASE WHEN c.template_kind IS NOT NULL THEN (SELECT json_agg(json_build_object(
  'item_title', item_title, 'inspection_item', coalesce(inspection_item, 'UNSPECIFIED'), 'is_required', coalesce(is_required, false), 'item_number', place)
  ORDER BY place) FROM item) END AS items
FROM problem p FULL JOIN changed c ON false
