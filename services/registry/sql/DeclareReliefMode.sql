-- DeclareReliefModeRequest -> ReliefModeReply
WITH project_now AS (
  SELECT p.*, catalogue_in_force(:call.today, p.division_code) AS version FROM project p WHERE p.project_code = :project_code
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'DeclareReliefMode')
  UNION ALL
  SELECT 'UNKNOWN_CATALOGUE_ROW', format('catalogue_seqs[%s]', s.place - 1), s.seq::text
  FROM project_now p, unnest(:catalogue_seqs) WITH ORDINALITY s (seq, place)
  WHERE NOT EXISTS (SELECT 1 FROM catalogue_row r WHERE (r.catalogue_version, r.seq) = (p.version, s.seq))
  UNION ALL
  SELECT 'NOT_USED_REASON_MISSING', 'not_used_reason', NULL FROM project_now p
  WHERE :relief_mode = 'NOT_USED' AND :not_used_reason IS NULL
    AND EXISTS (SELECT 1 FROM catalogue_row r WHERE r.catalogue_version = p.version AND coalesce(r.field, p.field) = p.field)
  UNION ALL
  SELECT 'STANDS_ON_LIST', 'relief_mode', e.list_year::text FROM project_now p JOIN list_entry e USING (project_code)
  WHERE :relief_mode = 'NOT_USED' AND e.list_state <> 'REMOVED'
), placed AS (
  INSERT INTO relief_declaration (project_code, declaration_number, relief_mode, catalogue_version, catalogue_seqs, not_used_reason, declared_by,
    declared_date)
  SELECT p.project_code, 1 + coalesce((SELECT max(d.declaration_number) FROM relief_declaration d WHERE d.project_code = p.project_code), 0),
    :relief_mode, p.version, :catalogue_seqs, :not_used_reason, :call.principal, :call.today
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
)
SELECT problem.*, d.project_code, d.relief_mode, d.declaration_number, d.catalogue_seqs, d.not_used_reason, d.declared_date
FROM problem FULL JOIN placed d ON false
