-- ListRatioTrendRequest -> RatioTrendList.rows[]
-- By the quarter in which the work was done; the share is cumulative pay over the fiscal funds of the project.
WITH base AS (
  SELECT basis_fen(:project_code, 'FISCAL_FUNDS') AS base_fen
),
paid AS (
  SELECT substr(month, 1, 4)::int4 AS paid_year, (substr(month, 6, 2)::int4 + 2) / 3 AS paid_quarter, sum(relief_paid_fen(s))::int8 AS paid_fen
  FROM sheet s WHERE project_code = :project_code AND sheet_state NOT IN ('VOID', 'REOPENED') GROUP BY 1, 2
),
summed AS (
  SELECT *, sum(paid_fen) OVER (ORDER BY paid_year, paid_quarter)::int8 AS cumulative_paid_fen FROM paid
)
SELECT s.paid_year || 'Q' || s.paid_quarter AS quarter, s.paid_fen, s.cumulative_paid_fen,
  CASE WHEN base.base_fen > 0
    THEN floor((s.cumulative_paid_fen::numeric * 20000 + base.base_fen) / (2 * base.base_fen::numeric))::int4 END AS ratio_bp,
  s.paid_fen - coalesce(b.paid_fen, 0) AS year_before_delta_fen
FROM summed s CROSS JOIN base LEFT JOIN paid b ON b.paid_year = s.paid_year - 1 AND b.paid_quarter = s.paid_quarter
ORDER BY s.paid_year, s.paid_quarter
