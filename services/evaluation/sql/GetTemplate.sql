-- GetTemplateRequest -> Template
WITH chosen AS (
  SELECT * FROM template t WHERE t.template_kind = :template_kind
    AND CASE WHEN :version_number IS NULL THEN t.valid_from_date <= coalesce(:on_date, :call.today) ELSE t.version_number = :version_number END
  ORDER BY t.version_number DESC LIMIT 1
)
SELECT t.template_kind, t.version_number, t.valid_from_date, t.template_title, t.source_note, (SELECT json_agg(json_build_object('item_title', i.item_title,
  'inspection_item', coalesce(i.inspection_item, 'UNSPECIFIED'), 'is_required', i.is_required, 'item_number', i.item_number) ORDER BY i.item_number)
  FROM template_item i WHERE i.template_kind = t.template_kind AND i.version_number = t.version_number) AS items
FROM chosen t
