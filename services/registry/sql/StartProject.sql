-- StartProjectRequest -> ProjectReply
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
award AS (SELECT * FROM project_award WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'StartProject')
  UNION ALL
  SELECT 'PARTY_MISSING', 'project_code', r.relation
    FROM project_now p, unnest(ARRAY['BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP']) r (relation)
  WHERE NOT EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.relation = r.relation)
  UNION ALL
  SELECT 'TOWNSHIP_CONTACT_MISSING', 'project_code', y.unit_id FROM project_party y
  WHERE y.project_code = :project_code AND y.relation = 'TOWNSHIP' AND y.person_name IS NULL
  UNION ALL
  SELECT 'FUNDS_NOT_IN_PLACE', 'project_code', format('%s', f.allocated) FROM project_now p,
    LATERAL (SELECT coalesce(sum(l.allocated_fen), 0) AS allocated FROM fund_line l WHERE l.project_code = p.project_code) f WHERE f.allocated = 0
  UNION ALL
  SELECT 'CLAUSES_MISSING', 'project_code', (m ->> 'document_name') || ' ' || (m ->> 'clause') FROM award a,
    LATERAL json_array_elements(missing_clauses(a.notice_clauses, a.contract_clauses, a.supervision_clauses)) m
  UNION ALL
  SELECT 'START_BEFORE_AWARD', 'start_date', a.award_date::text FROM award a WHERE :start_date::date < a.award_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'start_date', :start_date::date::text FROM project_now WHERE :start_date::date > :call.today
), changed AS (
  UPDATE project p SET project_state = 'CONSTRUCTION', start_date = :start_date::date, state_note = :start_note
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
