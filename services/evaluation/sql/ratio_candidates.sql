-- CheckRatioRequest -> RatioCandidates.rows[]
-- The rules that hold for the project on the day (of award or start when none is given), each with its basis and the pay to judge.
WITH chosen AS (
  SELECT p.project_code, coalesce(:on_date, p.award_date, p.start_date, :call.today) AS judged_date,
    CASE :pay_basis WHEN 'PLANNED' THEN p.planned_pay_fen
      ELSE (SELECT coalesce(sum(relief_paid_fen(s)), 0)::int8 FROM sheet s WHERE s.project_code = p.project_code) END AS pay_fen
  FROM project p WHERE p.project_code = :project_code
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'PLANNED_PAY_UNKNOWN', 'pay_basis', :project_code FROM chosen WHERE pay_fen IS NULL
),
candidate AS (
  SELECT r.rule_code, r.ratio_basis, r.floor_bp, c.pay_fen, basis_fen(c.project_code, r.ratio_basis) AS base_fen, r.rule_standing,
    r.dates_assumed, r.source_note
  FROM chosen c, ratio_rules_of(c.project_code, c.judged_date) r
  WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT refusal, refusal_path, refusal_detail, NULL::text AS rule_code, NULL::text AS ratio_basis, NULL::int4 AS floor_bp, NULL::int8 AS pay_fen,
  NULL::int8 AS base_fen, NULL::text AS rule_standing, NULL::bool AS dates_assumed, NULL::text AS source_note
FROM problem
UNION ALL
(SELECT NULL, NULL, NULL, rule_code, ratio_basis, floor_bp, pay_fen, base_fen, rule_standing, dates_assumed, source_note FROM candidate
 UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, 0, pay_fen, 0, NULL, NULL, NULL FROM chosen
   WHERE NOT EXISTS (SELECT 1 FROM candidate) AND NOT EXISTS (SELECT 1 FROM problem)
 ORDER BY 4)
