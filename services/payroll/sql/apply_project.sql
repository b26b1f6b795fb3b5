-- ProjectChanged -> Nothing
WITH given AS (
  SELECT DISTINCT unit_id, relation FROM unnest(:parties.unit_id, :parties.relation) AS g(unit_id, relation)
  WHERE unit_id IS NOT NULL AND relation IS NOT NULL
  UNION
  SELECT :bureau_unit_id, 'BUREAU' WHERE :bureau_unit_id IS NOT NULL
),
gone AS (
  DELETE FROM project_party p WHERE p.project_code = :project_code
  AND NOT EXISTS (SELECT 1 FROM given g WHERE g.unit_id = p.unit_id AND g.relation = p.relation)
),
stands AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT :project_code, unit_id, relation
    FROM given ON CONFLICT DO NOTHING
),
funded AS (
  INSERT INTO fund_line (project_code, fund_code, fund_source, approved_fen, allocated_fen)
  SELECT :project_code, fund_code, fund_source, coalesce(approved_fen, 0), coalesce(allocated_fen, 0)
  FROM unnest(:fund_lines.fund_code, :fund_lines.fund_source, :fund_lines.approved_fen, :fund_lines.allocated_fen)
    AS f(fund_code, fund_source, approved_fen, allocated_fen) WHERE fund_code IS NOT NULL
  ON CONFLICT (project_code, fund_code) DO UPDATE SET fund_source = excluded.fund_source, approved_fen = excluded.approved_fen,
    allocated_fen = excluded.allocated_fen
)
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, planned_pay_fen, award_date, complete_date, labour_cycle_days, contract_no,
  division_code)
VALUES (:project_code, coalesce(:project_name, :project_code), :bureau_unit_id, :project_state, :planned_pay_fen, :award_date, :complete_date,
  :labour_cycle_days, :contract_no, :division_code)
ON CONFLICT (project_code) DO UPDATE SET project_name = excluded.project_name, bureau_unit_id = excluded.bureau_unit_id,
  project_state = excluded.project_state, planned_pay_fen = excluded.planned_pay_fen, award_date = excluded.award_date,
  complete_date = excluded.complete_date, labour_cycle_days = excluded.labour_cycle_days, contract_no = excluded.contract_no,
  division_code = excluded.division_code
