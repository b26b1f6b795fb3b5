-- ListListEntriesRequest -> ListListEntriesReply.rows[]
-- The lists as they stood at the end of a day.
SELECT p.project_code, p.project_name, s.list_year, s.list_kind, s.list_level, s.list_state, p.field, p.bureau_unit_id, e.plan_note,
  e.expected_workers, e.entry_source, e.bank_code, s.valid_from AS valid_from_date, s.valid_to AS valid_to_date, s.note AS decision_note,
  p.linked_special_fund_code, s.list_year::text || '/' || s.project_code AS page_key
FROM list_entry_spell s JOIN list_entry e USING (project_code, list_year) JOIN project p USING (project_code)
WHERE s.valid_from <= coalesce(:as_of_date::date, :call.today) AND (s.valid_to IS NULL OR coalesce(:as_of_date::date, :call.today) < s.valid_to)
  AND (:list_year IS NULL OR e.list_year = :list_year) AND (:list_kind IS NULL OR s.list_kind = :list_kind)
  AND (:list_level IS NULL OR s.list_level = :list_level) AND (:list_state IS NULL OR s.list_state = :list_state)
    AND (:field IS NULL OR p.field = :field)
  AND (NOT :unlinked_only OR p.linked_special_fund_code IS NULL)
  AND (:call.sees_all OR e.project_code = ANY (ARRAY(SELECT y.project_code FROM project_party y WHERE y.unit_id = :call.unit)))
  AND (:page_token IS NULL OR (e.list_year, e.project_code) > (split_part(:page_token, '/', 1)::int4, split_part(:page_token, '/', 2)))
  AND (:page_token IS NULL OR :list_year IS NULL OR e.project_code > split_part(:page_token, '/', 2)) -- within one year the code alone is the key
ORDER BY e.list_year, e.project_code LIMIT :call.limit
