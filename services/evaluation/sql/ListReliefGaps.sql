-- ListReliefGapsRequest -> ReliefGapPage.rows[]
WITH listed AS (
  SELECT p.*, l.list_year,
    CASE WHEN p.relief_model IS NULL THEN CASE WHEN w.project_code IS NULL THEN 'MODEL_MISSING' END
      WHEN p.relief_model = 'PUBLIC_INFRA_POSTS' AND coalesce(p.planned_posts, 0) = 0 THEN 'POSTS_MISSING'
      WHEN p.relief_model = 'INDUSTRY_INFRA_DIVIDEND' AND NOT EXISTS (SELECT 1 FROM dividend_plan d WHERE d.project_code = p.project_code)
        THEN 'DIVIDEND_PLAN_MISSING' END AS relief_gap
  FROM project p
  JOIN LATERAL (SELECT max(list_year) AS list_year FROM project_list x WHERE x.project_code = p.project_code AND x.list_kind = 'NONGTUI'
    AND x.list_state IN ('LISTED', 'ADJUSTED')) l ON l.list_year IS NOT NULL
  LEFT JOIN relief_waiver w ON w.project_code = p.project_code
  WHERE p.track = 'NONGTUI' AND (:project_code IS NULL OR p.project_code = :project_code)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
)
SELECT project_code AS page_key, project_code, project_name, bureau_unit_id, list_year, relief_model, relief_gap,
  CASE relief_gap WHEN 'MODEL_MISSING' THEN '未明确综合赈济模式，也没有说明理由'
    WHEN 'POSTS_MISSING' THEN '采用公益性岗位模式，但没有公益性岗位' ELSE '采用资产折股量化分红模式，但没有分红方案' END AS gap_note
FROM listed WHERE relief_gap IS NOT NULL AND project_code > coalesce(:page_token, '')
ORDER BY project_code LIMIT :call.limit
