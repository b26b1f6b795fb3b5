-- AddPaperRequest -> PaperReply
-- A paper that takes another's place is its next version; the other stays listed.
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
older AS (SELECT * FROM paper WHERE project_code = :project_code AND paper_code = :replaces_code),
taken AS (SELECT coalesce(largest_paper(:media_type, :call.today), 0) AS largest),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AddPaper')
  UNION ALL
  SELECT 'PAPER_EXISTS', 'paper_code', p.paper_title FROM paper p WHERE p.project_code = :project_code AND p.paper_code = :paper_code
  UNION ALL
  SELECT 'PAPER_KNOWN', 'paper_digest', p.paper_code FROM paper p WHERE p.project_code = :project_code AND p.paper_digest = :paper_digest
  UNION ALL
  SELECT 'MEDIA_TYPE_REFUSED', 'media_type', :media_type FROM project_now, taken t WHERE t.largest = 0
  UNION ALL
  SELECT 'PAPER_TOO_LARGE', 'size_bytes', t.largest::text FROM project_now, taken t WHERE t.largest > 0 AND :size_bytes > t.largest
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'paper_date', :paper_date::date::text FROM project_now WHERE :paper_date::date > :call.today
  UNION ALL
  SELECT 'NO_SUCH_PAPER', 'replaces_code', :replaces_code FROM project_now WHERE :replaces_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM older)
  UNION ALL
  SELECT 'PAPER_KIND_DIFFERS', 'paper_kind', o.paper_kind FROM older o WHERE o.paper_kind <> :paper_kind
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'replaces_code', o.added_by_unit FROM older o, project_now p
  WHERE o.added_by_unit <> :call.unit AND p.bureau_unit_id <> :call.unit AND NOT :call.sees_all
  UNION ALL
  SELECT 'PAPER_REPLACED', 'replaces_code', n.paper_code FROM paper n WHERE n.project_code = :project_code AND n.replaces_code = :replaces_code
), added AS (
  INSERT INTO paper (project_code, paper_code, paper_kind, paper_title, media_type, size_bytes, paper_digest, page_count, paper_date,
    states_requirement, version_number, replaces_code, added_by, added_by_unit, added_at)
  SELECT p.project_code, :paper_code, :paper_kind, :paper_title, :media_type, :size_bytes, :paper_digest, :page_count, :paper_date::date,
    :states_requirement, 1 + coalesce((SELECT o.version_number FROM older o), 0), :replaces_code, :call.principal, coalesce(:call.unit, ''), :call.now
  FROM project_now p WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AddPaper', p.project_state, p.project_state, :call.principal, coalesce(:call.unit, ''),
    :call.now, x.paper_date, concat_ws(' ', x.paper_code, x.paper_kind, x.paper_title) FROM added x, project_now p
)
SELECT problem.*, a.project_code, a.paper_code, a.version_number FROM problem FULL JOIN added a ON false
