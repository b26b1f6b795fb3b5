-- AddClausesRequest -> AwardReply
WITH award AS (SELECT a.*, p.project_state FROM project_award a JOIN project p USING (project_code) WHERE a.project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, a.project_state AS refusal_detail FROM award a
  WHERE NOT may('project', a.project_state, 'AddClauses')
), changed AS (
  UPDATE project_award x SET supplement_no = :supplement_no,
    notice_clauses = coalesce((SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(x.notice_clauses || :notice_clauses) c), '{}'),
    contract_clauses = coalesce((SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(x.contract_clauses || :contract_clauses) c), '{}'),
    supervision_clauses = coalesce((SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(x.supervision_clauses || :supervision_clauses) c), '{}')
  FROM award a WHERE x.project_code = a.project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.*, a.project_state
)
SELECT problem.*, c.project_code, c.project_state, missing_clauses(c.notice_clauses, c.contract_clauses, c.supervision_clauses) AS missing_clauses
FROM problem FULL JOIN changed c ON false
