-- AddInspectionRequest -> Inspection
WITH item AS (
  SELECT * FROM unnest(:items.inspection_item, :items.item_result, :items.item_note) WITH ORDINALITY AS i(inspection_item,
    item_result, item_note, place)
),
form AS (
  SELECT t.* FROM template_on('STAGE_' || :control_stage, :inspection_date) t WHERE :control_stage IS NOT NULL
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL SELECT 'INSPECTION_IN_FUTURE', 'inspection_date', :inspection_date::text WHERE :inspection_date > :call.today
  UNION ALL SELECT 'ITEM_TWICE', format('items[%s].inspection_item', max(place) - 1), inspection_item FROM item
    GROUP BY inspection_item HAVING count(*) > 1
  UNION ALL SELECT 'CHECKLIST_INCOMPLETE', 'items', c.inspection_item FROM form JOIN template_item c USING (template_kind, version_number)
    WHERE c.is_required AND NOT EXISTS
      (SELECT 1 FROM item WHERE item.inspection_item = c.inspection_item AND item.item_result IN ('PASS', 'FAIL'))
),
numbered AS (
  SELECT :project_code || '-I' || (SELECT count(*) + 1 FROM inspection WHERE project_code = :project_code) AS inspection_code
  WHERE NOT EXISTS (SELECT 1 FROM problem)
),
kept AS (
  INSERT INTO inspection_item (project_code, inspection_code, inspection_item, item_result, item_note)
  SELECT :project_code, n.inspection_code, i.inspection_item, i.item_result, i.item_note FROM item i, numbered n
),
changed AS (
  INSERT INTO inspection (project_code, inspection_code, inspection_date, inspection_stage, control_stage, item_count, failed_count,
    inspecting_unit_id, inspector_names, inspected_by, template_kind, template_version)
  SELECT :project_code, n.inspection_code, :inspection_date, :inspection_stage, :control_stage, (SELECT count(*) FROM item)::int4,
    (SELECT count(*) FROM item WHERE item_result = 'FAIL')::int4, :call.unit, :inspector_names, :call.principal, form.template_kind, form.version_number
  FROM numbered n LEFT JOIN form ON true
  RETURNING inspection_code, project_code, inspection_date, inspection_stage, control_stage, item_count, failed_count,
    inspecting_unit_id, template_kind, template_version
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
