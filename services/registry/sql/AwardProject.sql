-- AwardProjectRequest -> AwardReply
-- Flexible award is open to listed 农推 projects only; a special-fund project goes by its own measure, which it must name.
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
approval AS (SELECT * FROM project_approval WHERE project_code = :project_code),
party AS (SELECT y.relation, u.* FROM project_party y JOIN unit u USING (unit_id) WHERE y.project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AwardProject')
  UNION ALL
  SELECT 'PARTY_MISSING', 'project_code', r.relation FROM project_now, unnest(ARRAY['OWNER', 'CONTRACTOR']) r (relation)
  WHERE NOT EXISTS (SELECT 1 FROM party y WHERE y.relation = r.relation)
  UNION ALL
  SELECT 'LABOUR_CYCLE_TOO_LONG', 'labour_cycle_days', parameter_on('labour_cycle_days', p.division_code, :award_date::date)::text FROM project_now p
  WHERE :labour_cycle_days > parameter_on('labour_cycle_days', p.division_code, :award_date::date)
  UNION ALL
  SELECT 'AWARD_BEFORE_APPROVAL', 'award_date', a.document_date::text FROM approval a WHERE :award_date::date < a.document_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'award_date', :award_date::date::text FROM project_now WHERE :award_date::date > :call.today
  UNION ALL
  SELECT 'NOT_LISTED', 'procurement_mode', :award_date::date::text FROM project_now p
  WHERE :procurement_mode = 'NON_TENDER' AND NOT is_listed(p.project_code, 'NONGTUI', :award_date::date)
  UNION ALL
  SELECT 'OWNER_KIND', 'procurement_mode', y.unit_id || ' ' || y.unit_kind FROM party y
  WHERE :procurement_mode = 'NON_TENDER' AND y.relation = 'OWNER' AND y.unit_kind NOT IN ('TOWNSHIP', 'VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE',
    'OTHER_UNIT')
  UNION ALL
  SELECT 'CARRIER_KIND', 'procurement_mode', y.unit_id FROM party y
  WHERE :procurement_mode = 'NON_TENDER' AND y.relation = 'CONTRACTOR' AND y.carrier_kind IS NULL
  UNION ALL
  SELECT 'ORGANISING_MODE_MISSING', 'organising_mode', NULL FROM project_now WHERE :procurement_mode = 'NON_TENDER' AND :organising_mode IS NULL
), award AS (
  INSERT INTO project_award (project_code, approval_document_no, procurement_mode, award_date, contract_no, contract_fen, labour_cycle_days,
    organising_mode, notice_clauses, contract_clauses, supervision_clauses)
  SELECT a.project_code, a.document_no, :procurement_mode, :award_date::date, :contract_no, :contract_fen, :labour_cycle_days, :organising_mode,
    coalesce(:notice_clauses, '{}'), coalesce(:contract_clauses, '{}'), coalesce(:supervision_clauses, '{}')
  FROM approval a WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
), changed AS (
  UPDATE project p SET project_state = 'AWARDED', award_date = a.award_date FROM award a WHERE p.project_code = a.project_code
  RETURNING a.*
)
SELECT problem.*, s.*, missing_clauses(c.notice_clauses, c.contract_clauses, c.supervision_clauses) AS missing_clauses
FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
