-- ListYearOnYearRequest -> YearOnYearList.rows[]
WITH chosen AS (
  SELECT p.project_code, p.total_investment_fen,
    coalesce((SELECT min(l.list_year) FROM project_list l WHERE l.project_code = p.project_code AND l.list_state IN ('LISTED', 'ADJUSTED')),
      extract(year FROM p.award_date)::int4) AS begun_year
  FROM project p
  WHERE p.track = :track AND (:bureau_unit_id IS NULL OR p.bureau_unit_id = :bureau_unit_id)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
),
invested AS (
  SELECT begun_year AS compared_year, count(*)::int4 AS project_count, count(*) FILTER (WHERE total_investment_fen IS NULL)::int4 AS unknown_count,
    coalesce(sum(total_investment_fen), 0)::int8 AS investment_fen
  FROM chosen WHERE begun_year IS NOT NULL GROUP BY begun_year
),
paid AS (
  SELECT substr(s.month, 1, 4)::int4 AS compared_year, sum(relief_paid_fen(s))::int8 AS paid_fen
  FROM chosen c JOIN sheet s ON s.project_code = c.project_code GROUP BY 1
),
year AS (
  SELECT compared_year, coalesce(i.project_count, 0) AS project_count, coalesce(i.unknown_count, 0) AS unknown_count,
    coalesce(i.investment_fen, 0) AS investment_fen, coalesce(p.paid_fen, 0) AS paid_fen
  FROM invested i FULL JOIN paid p USING (compared_year)
),
compared AS (
  SELECT y.*, y.investment_fen - b.investment_fen AS investment_delta_fen, y.paid_fen - b.paid_fen AS paid_delta_fen
  FROM year y LEFT JOIN year b ON b.compared_year = y.compared_year - 1
)
SELECT compared_year, project_count, unknown_count, investment_fen, investment_delta_fen, paid_fen, paid_delta_fen,
  nullif(concat_ws('；', CASE WHEN compared_year >= extract(year FROM :call.today) THEN '本年度尚未结束' END,
    CASE WHEN investment_delta_fen < 0 AND compared_year < extract(year FROM :call.today) THEN '总投资规模较上年减少' END,
    CASE WHEN paid_delta_fen < 0 AND compared_year < extract(year FROM :call.today) THEN '劳务报酬发放规模较上年减少' END,
    CASE WHEN unknown_count > 0 THEN unknown_count || '个项目未填总投资' END), '') AS remark_note
FROM compared ORDER BY compared_year
