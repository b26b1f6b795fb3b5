-- CheckRatioRequest -> RatioCandidates.rows[]
-- The rules that hold for the project on the day (of award or start when none is given), each with its basis and the pay to judge.
WITH chosen AS (
  SELECT p.*, coalesce(:on_date, p.award_date, p.start_date, :call.today) AS judged_date,
    CASE :pay_basis WHEN 'PLANNED' THEN coalesce(p.planned_pay_fen, 0)
      ELSE (SELECT coalesce(sum(s.paid_fen), 0)::int8 FROM sheet s WHERE s.project_code = p.project_code
        AND s.sheet_state NOT IN ('VOID', 'REOPENED')) END AS pay_fen
  FROM project p WHERE p.project_code = :project_code
),
candidate AS (
  SELECT r.rule_code, r.ratio_basis, r.floor_bp, c.pay_fen,
    CASE r.ratio_basis WHEN 'TOTAL_INVESTMENT' THEN coalesce(c.total_investment_fen, 0)
      ELSE (SELECT coalesce(sum(f.approved_fen), 0)::int8 FROM fund_line f JOIN ratio_basis_source b ON b.fund_source = f.fund_source
            WHERE f.project_code = c.project_code AND b.ratio_basis = r.ratio_basis) END AS base_fen
  FROM chosen c JOIN ratio_rule r ON starts_with(coalesce(c.division_code, ''), r.division_prefix)
    AND (r.track IS NULL OR r.track = c.track)
    AND c.judged_date BETWEEN r.valid_from_date AND coalesce(r.valid_to_date, 'infinity')
  WHERE NOT r.linking_funds_only OR EXISTS (SELECT 1 FROM fund_line f WHERE f.project_code = c.project_code
    AND f.fund_source IN ('CENTRAL_LINKING', 'PROVINCIAL_LINKING') AND f.approved_fen > 0)
)
SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail, NULL::text AS rule_code,
  NULL::text AS ratio_basis, NULL::int4 AS floor_bp, NULL::int8 AS pay_fen, NULL::int8 AS base_fen
WHERE NOT EXISTS (SELECT 1 FROM chosen)
UNION ALL
(SELECT NULL, NULL, NULL, rule_code, ratio_basis, floor_bp, pay_fen, base_fen FROM candidate
 UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, 0, pay_fen, 0 FROM chosen WHERE NOT EXISTS (SELECT 1 FROM candidate)
 ORDER BY 4)
