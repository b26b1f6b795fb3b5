-- ListEntryHistoryRequest -> ListEntryHistoryReply.rows[]
SELECT s.list_year, s.spell_number, s.list_kind, s.list_level, s.list_state, s.valid_from AS valid_from_date, s.valid_to AS valid_to_date, s.made_by,
  s.note AS spell_note
FROM list_entry_spell s WHERE s.project_code = :project_code AND (:list_year IS NULL OR s.list_year = :list_year)
ORDER BY s.list_year, s.spell_number
