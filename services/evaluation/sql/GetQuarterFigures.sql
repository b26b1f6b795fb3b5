-- EvaluationFiguresRequest -> EvaluationFiguresPage.rows[]
WITH span AS (
  SELECT first_day, (first_day + interval '3 months' - interval '1 day')::date AS last_day
  FROM (SELECT make_date(substr(:quarter, 1, 4)::int4, substr(:quarter, 6, 1)::int4 * 3 - 2, 1) AS first_day) AS start
),
chosen AS (
  SELECT project_code FROM project WHERE bureau_unit_id = :unit_id AND project_code > coalesce(:page_token,
    '') ORDER BY project_code LIMIT :call.limit
)
SELECT c.project_code AS page_key, c.project_code, i.inspection_count, f.finding_count, f.rectified_count, f.overdue_count,
  f.open_count,
  -- rounding must not lift a ratio over its floor: 39.996 % of 40 % stays below, as the exact check says
  CASE WHEN r.ratio_result = 'BELOW' THEN least(r.ratio_bp, r.floor_bp - 1) ELSE r.ratio_bp END AS ratio_bp,
  r.floor_bp, r.ratio_result, v.supervision_report_count, k.complaint_count, k.unanswered_count,
  h.support_household_count, h.support_fen, w.visit_count, m.model_case_count, n.outreach_units
FROM chosen c CROSS JOIN span
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS inspection_count FROM inspection x
  WHERE x.project_code = c.project_code AND x.inspection_date BETWEEN span.first_day AND span.last_day
) AS i
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE x.found_date BETWEEN span.first_day AND span.last_day)::int4 AS finding_count,
    count(*) FILTER (WHERE x.verified_date BETWEEN span.first_day AND span.last_day)::int4 AS rectified_count,
    count(*) FILTER (WHERE x.due_date < span.last_day
      AND (x.verified_date IS NULL OR x.verified_date > span.last_day))::int4 AS overdue_count,
    count(*) FILTER (WHERE x.verified_date IS NULL OR x.verified_date > span.last_day)::int4 AS open_count
  FROM finding x WHERE x.project_code = c.project_code AND x.found_date <= span.last_day
) AS f
LEFT JOIN LATERAL (
  SELECT x.ratio_bp, x.floor_bp, x.ratio_result FROM ratio_check x
  WHERE x.project_code = c.project_code AND x.pay_basis = 'PAID' ORDER BY x.check_number DESC LIMIT 1
) AS r ON true
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS supervision_report_count FROM supervision_report x
  WHERE x.project_code = c.project_code AND x.month BETWEEN to_char(span.first_day, 'YYYY-MM') AND to_char(span.last_day, 'YYYY-MM')
) AS v
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE x.raised_date >= span.first_day)::int4 AS complaint_count,
    count(*) FILTER (WHERE x.complaint_state IN ('OPEN', 'APPEALED'))::int4 AS unanswered_count
  FROM complaint x WHERE x.project_code = c.project_code AND x.raised_date <= span.last_day
) AS k
CROSS JOIN LATERAL (
  SELECT coalesce(sum(x.household_count), 0)::int4 AS support_household_count, coalesce(sum(x.support_fen), 0)::int8 AS support_fen FROM support x
  WHERE x.project_code = c.project_code AND x.support_date BETWEEN span.first_day AND span.last_day
) AS h
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS visit_count FROM visit x WHERE x.project_code = c.project_code AND x.visit_date BETWEEN span.first_day AND span.last_day
) AS w
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS model_case_count FROM model_case x
  WHERE x.project_code = c.project_code AND x.published_date BETWEEN span.first_day AND span.last_day
) AS m
CROSS JOIN LATERAL (
  SELECT json_agg(row_to_json(x) ORDER BY x.unit_id COLLATE "C") AS outreach_units FROM outreach_of_project(c.project_code, span.first_day, span.last_day) x
) AS n
ORDER BY c.project_code
