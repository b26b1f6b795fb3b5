-- AwardProjectRequest -> AwardReply
-- Flexible award is open to projects that stand on the county's 农推 list on the day of the award.
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
approval AS (SELECT * FROM project_approval WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'AwardProject')
  UNION ALL
  SELECT g.* FROM project_now p, gate_award(p.project_code, :procurement_mode, :award_date::date) g
  UNION ALL
  SELECT 'LABOUR_CYCLE_TOO_LONG', 'labour_cycle_days', parameter_on('labour_cycle_days', p.division_code, :award_date::date)::text FROM project_now p
  WHERE :labour_cycle_days > parameter_on('labour_cycle_days', p.division_code, :award_date::date)
  UNION ALL
  SELECT 'AWARD_BEFORE_APPROVAL', 'award_date', a.document_date::text FROM approval a WHERE :award_date::date < a.document_date
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'award_date', :award_date::date::text FROM project_now WHERE :award_date::date > :call.today
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
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AwardProject', p.project_state, 'AWARDED',
    :call.principal, coalesce(:call.unit, ''), :call.now, :award_date::date, :contract_no FROM changed x, project_now p
)
SELECT problem.*, s.*, missing_clauses(c.notice_clauses, c.contract_clauses, c.supervision_clauses) AS missing_clauses
FROM problem FULL JOIN (changed c CROSS JOIN LATERAL project_snapshot(c.project_code) s) ON false
