-- RemoveListEntryRequest -> ListEntryReply
-- The entry stays, and so does every spell of it (R049).
WITH entry AS (
  SELECT e.*, s.spell_number, s.valid_from, coalesce(:effective_date::date, :call.today) AS day FROM list_entry e
  JOIN list_entry_spell s ON s.project_code = e.project_code AND s.list_year = e.list_year AND s.valid_to IS NULL
  WHERE e.project_code = :project_code AND e.list_year = :list_year
), problem AS (
  SELECT 'LIST_STATE' AS refusal, 'list_year' AS refusal_path, e.list_state AS refusal_detail FROM entry e
  WHERE NOT may('list_entry', e.list_state, 'RemoveListEntry')
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'effective_date', e.valid_from::text FROM entry e WHERE e.day < e.valid_from
), changed AS (
  UPDATE list_entry x SET list_state = 'REMOVED' FROM entry e
  WHERE (x.project_code, x.list_year) = (e.project_code, e.list_year) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.*, e.spell_number, e.day
), ended AS (
  UPDATE list_entry_spell s SET valid_to = c.day FROM changed c
  WHERE (s.project_code, s.list_year, s.spell_number) = (c.project_code, c.list_year, c.spell_number)
), spell AS (
  INSERT INTO list_entry_spell (project_code, list_year, spell_number, list_kind, list_level, list_state, valid_from, made_by, note)
  SELECT c.project_code, c.list_year, c.spell_number + 1, c.list_kind, c.list_level, c.list_state, c.day, :call.principal, :remove_reason
    FROM changed c
)
SELECT problem.*, c.project_code, c.list_year, c.list_kind, c.list_level, c.list_state, c.day AS effective_date FROM problem FULL JOIN changed c ON false
