-- ProposeListEntryRequest -> ListEntryReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
entry AS (SELECT * FROM list_entry WHERE project_code = :project_code AND list_year = :list_year),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ProposeListEntry')
  UNION ALL
  SELECT 'RELIEF_NOT_USED', 'project_code', NULL FROM project_now p WHERE goes_without(p.project_code)
  UNION ALL
  SELECT 'LIST_ENTRY_EXISTS', 'list_year', e.list_state FROM entry e WHERE NOT may('list_entry', e.list_state, 'ProposeListEntry')
), placed AS (
  INSERT INTO list_entry (project_code, list_year, list_kind, list_level, list_state, plan_note, expected_workers, entry_source, bank_code,
    proposed_by)
  SELECT p.project_code, :list_year, :list_kind, :list_level, 'PROPOSED', :plan_note, :expected_workers, coalesce(:entry_source, 'BUREAU_PROPOSAL'),
    :bank_code, :call.principal
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, list_year) DO UPDATE SET list_kind = excluded.list_kind, list_level = excluded.list_level,
    list_state = excluded.list_state, plan_note = excluded.plan_note, expected_workers = excluded.expected_workers,
    entry_source = excluded.entry_source, bank_code = excluded.bank_code, proposed_by = excluded.proposed_by
  RETURNING *
), ended AS (
  UPDATE list_entry_spell s SET valid_to = greatest(:call.today, s.valid_from) FROM placed e
  WHERE s.project_code = e.project_code AND s.list_year = e.list_year AND s.valid_to IS NULL
), spell AS (
  INSERT INTO list_entry_spell (project_code, list_year, spell_number, list_kind, list_level, list_state, valid_from, made_by, note)
  SELECT e.project_code, e.list_year,
    1 + coalesce((SELECT max(s.spell_number) FROM list_entry_spell s WHERE s.project_code = e.project_code AND s.list_year = e.list_year), 0),
    e.list_kind, e.list_level, e.list_state, :call.today, :call.principal, e.plan_note
  FROM placed e
)
SELECT problem.*, e.project_code, e.list_year, e.list_kind, e.list_level, e.list_state, :call.today AS effective_date FROM problem FULL JOIN placed e ON false
