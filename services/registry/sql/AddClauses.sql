-- AddClausesRequest -> AwardReply
WITH award AS (SELECT a.*, p.project_state FROM project_award a JOIN project p USING (project_code) WHERE a.project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, a.project_state AS refusal_detail FROM award a
  WHERE NOT may('project', a.project_state, 'AddClauses')
  UNION ALL
  SELECT 'LABOUR_CYCLE_TOO_LONG', 'labour_cycle_days', l.longest::text FROM award a JOIN project p USING (project_code),
    LATERAL (SELECT parameter_on('labour_cycle_days', p.division_code, :call.today) AS longest) l
  WHERE :labour_cycle_days > l.longest
), changed AS (
  UPDATE project_award x SET labour_cycle_days = coalesce(:labour_cycle_days, x.labour_cycle_days), supplement_no = :supplement_no,
    notice_clauses = coalesce((SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(x.notice_clauses || :notice_clauses) c), '{}'),
    contract_clauses = coalesce((SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(x.contract_clauses || :contract_clauses) c), '{}'),
    supervision_clauses = coalesce((SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(x.supervision_clauses || :supervision_clauses) c), '{}')
  FROM award a WHERE x.project_code = a.project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.*, a.project_state
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AddClauses', x.project_state, x.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, :supplement_no FROM changed x
)
SELECT problem.*, s.*, missing_clauses(c.notice_clauses, c.contract_clauses, c.supervision_clauses) AS missing_clauses
FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
