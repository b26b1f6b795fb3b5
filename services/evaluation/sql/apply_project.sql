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
fund AS (
  SELECT * FROM unnest(:fund_lines.fund_code, :fund_lines.fund_source, :fund_lines.approved_fen, :fund_lines.allocated_fen,
      :fund_lines.special_fund)
    AS f(fund_code, fund_source, approved_fen, allocated_fen, special_fund)
  WHERE fund_code IS NOT NULL AND fund_source IS NOT NULL
),
fund_gone AS (
  DELETE FROM fund_line l WHERE l.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM fund f WHERE f.fund_code = l.fund_code)
),
fund_stands AS (
  INSERT INTO fund_line (project_code, fund_code, fund_source, approved_fen, allocated_fen, special_fund)
  SELECT :project_code, fund_code, fund_source, coalesce(approved_fen, 0), coalesce(allocated_fen, 0), coalesce(special_fund, false) FROM fund
  ON CONFLICT (project_code, fund_code) DO UPDATE SET fund_source = excluded.fund_source, approved_fen = excluded.approved_fen,
    allocated_fen = excluded.allocated_fen, special_fund = excluded.special_fund
)
INSERT INTO project (project_code, project_name, bureau_unit_id, track, project_state, division_code, total_investment_fen,
  planned_pay_fen,
  award_date, start_date, complete_date, accept_date, relief_model, planned_posts, planned_workers, planned_trainees)
VALUES (:project_code, coalesce(:project_name, :project_code), :bureau_unit_id, :track, :project_state, :division_code,
  :total_investment_fen,
  :planned_pay_fen, :award_date, :start_date, :complete_date, :accept_date, :relief_model, :planned_posts, :planned_workers, :planned_trainees)
ON CONFLICT (project_code) DO UPDATE SET project_name = excluded.project_name, bureau_unit_id = excluded.bureau_unit_id,
  track = excluded.track,
  project_state = excluded.project_state, division_code = excluded.division_code,
    total_investment_fen = excluded.total_investment_fen,
  planned_pay_fen = excluded.planned_pay_fen, award_date = excluded.award_date, start_date = excluded.start_date,
  complete_date = excluded.complete_date, accept_date = excluded.accept_date,
  relief_model = excluded.relief_model, planned_posts = excluded.planned_posts,
  planned_workers = excluded.planned_workers, planned_trainees = excluded.planned_trainees
