-- ListConsolidatedEntriesRequest -> ListConsolidatedEntriesReply.rows[]
-- Nothing is mended in silence: a conflict is shown on every entry that is part of it.
WITH claim AS MATERIALIZED (SELECT c.*, plain_name(c.project_name) AS name FROM list_claims(:list_year, coalesce(:as_of_date::date, :call.today)) c),
conflict AS (
  SELECT c.project_code, c.unit_id, 'TWO_UNITS' AS conflict_kind, o.unit_id AS other_unit_id, o.project_code AS other_project_code,
    NULL::text AS conflict_note
  FROM claim c JOIN claim o ON o.project_code = c.project_code AND o.unit_id <> c.unit_id
  UNION ALL
  SELECT c.project_code, c.unit_id, 'TWO_UNITS', p.bureau_unit_id, p.project_code, p.project_name FROM claim c JOIN project p USING (project_code)
  WHERE p.bureau_unit_id <> c.unit_id AND NOT EXISTS (SELECT 1 FROM claim o WHERE (o.project_code, o.unit_id) = (p.project_code, p.bureau_unit_id))
  UNION ALL
  SELECT c.project_code, c.unit_id, 'TWO_LISTS', o.unit_id, o.project_code, o.list_kind || ' ' || o.list_level
  FROM claim c JOIN claim o ON o.project_code = c.project_code AND o.unit_id <> c.unit_id
    AND (o.list_kind, o.list_level) <> (c.list_kind, c.list_level)
  UNION ALL
  SELECT c.project_code, c.unit_id, 'TWO_LISTS', p.bureau_unit_id, e.project_code, e.list_kind || ' ' || e.list_level
  FROM claim c JOIN list_entry_spell e ON e.project_code = c.project_code AND e.list_year = :list_year AND e.list_state <> 'REMOVED'
    AND e.valid_from <= coalesce(:as_of_date::date, :call.today)
    AND (e.valid_to IS NULL OR coalesce(:as_of_date::date, :call.today) < e.valid_to)
    AND (e.list_kind, e.list_level) <> (c.list_kind, c.list_level)
  JOIN project p ON p.project_code = e.project_code
  WHERE c.submission_number > 0
  UNION ALL
  SELECT c.project_code, c.unit_id, 'SAME_NAME_AND_PLACE', o.unit_id, o.project_code, o.project_name
  FROM claim c JOIN claim o ON o.name = c.name AND o.project_code <> c.project_code AND o.place IS NOT DISTINCT FROM c.place
)
SELECT c.project_code, c.project_name, c.unit_id, c.field, c.division_code, c.list_kind, c.list_level, c.plan_note, c.expected_workers,
  c.total_investment_fen, c.planned_pay_fen, c.submission_number,
  (SELECT json_agg(json_strip_nulls(json_build_object('conflict_kind', x.conflict_kind, 'other_unit_id', x.other_unit_id, 'other_project_code',
     x.other_project_code, 'conflict_note', x.conflict_note)) ORDER BY x.conflict_kind, x.other_project_code, x.other_unit_id)
   FROM conflict x WHERE (x.project_code, x.unit_id) = (c.project_code, c.unit_id)) AS conflicts,
  c.project_code || '/' || c.unit_id AS page_key
FROM claim c
WHERE (:list_kind IS NULL OR c.list_kind = :list_kind) AND (:list_level IS NULL OR c.list_level = :list_level)
  AND (:field IS NULL OR c.field = :field) AND (:unit_id IS NULL OR c.unit_id = :unit_id)
  AND (NOT :conflicts_only OR EXISTS (SELECT 1 FROM conflict x WHERE (x.project_code, x.unit_id) = (c.project_code, c.unit_id)))
  AND (:page_token IS NULL OR (c.project_code, c.unit_id) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)))
ORDER BY c.project_code, c.unit_id LIMIT :call.limit
