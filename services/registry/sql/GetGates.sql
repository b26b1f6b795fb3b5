-- GetGatesRequest -> ProjectGates
-- Every step that the project's state admits and that leads on, with what is in its way; the sentences of the rules are added afterwards.
WITH gap AS (
  SELECT g.*, row_number() OVER () AS place FROM project_gates(:project_code, coalesce(:as_of_date::date, :call.today)) g
), next_method AS (
  SELECT t.method, t.to_state, t.sentence, m.mode FROM project p JOIN state_transition t ON t.machine = 'project' AND t.from_state = p.project_state
    LEFT JOIN (VALUES ('AwardProject', 'TENDER'), ('AwardProject', 'NON_TENDER')) m (method, mode) ON m.method = t.method
  WHERE p.project_code = :project_code AND (t.to_state <> t.from_state OR t.method = 'ApplyDrawDown')
)
SELECT p.project_code, p.project_state,
  (SELECT json_agg(json_strip_nulls(json_build_object('method', n.method, 'to_state', n.to_state, 'sentence', n.sentence, 'procurement_mode', n.mode,
     'is_open', NOT EXISTS (SELECT 1 FROM gap g WHERE g.method = n.method AND g.procurement_mode IS NOT DISTINCT FROM n.mode),
     'gaps', (SELECT json_agg(json_build_object('rule', g.refusal, 'path', g.refusal_path, 'detail', g.refusal_detail, 'cleared_by', c.cleared_by,
        'clearing_method', c.clearing_method) ORDER BY g.place) FROM gap g LEFT JOIN gate_clearing c USING (refusal)
        WHERE g.method = n.method AND g.procurement_mode IS NOT DISTINCT FROM n.mode))) ORDER BY n.method, n.mode, n.to_state) FROM next_method n) AS rows
FROM project p WHERE p.project_code = :project_code
