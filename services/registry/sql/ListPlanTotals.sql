-- ListPlanTotalsRequest -> ListPlanTotalsReply.rows[]
-- Sums over what stands on the list at the end of the day; what a project does not state is counted, not added as 0.
-- Members see each other's totals (R014); projects and people stay with those who have to do with them.
WITH entry AS (
  SELECT p.field, p.bureau_unit_id, e.expected_workers, e.entry_source, s.list_kind, p.total_investment_fen, p.planned_pay_fen,
    p.linked_special_fund_code, p.selection_features @> ARRAY['SMALL_INVESTMENT', 'LOW_TECHNICAL_THRESHOLD', 'SIMPLE_EARLY_WORK', 'LOW_SKILL_DEMAND']
      AS selected
  FROM (SELECT coalesce(:as_of_date::date, :call.today) AS day) d, list_entry e JOIN list_entry_spell s USING (project_code, list_year)
  JOIN project p USING (project_code)
  WHERE e.list_year = :list_year AND s.list_state IN ('LISTED', 'ADJUSTED') AND s.valid_from <= d.day AND (s.valid_to IS NULL OR d.day < s.valid_to)
    AND (:list_kind IS NULL OR s.list_kind = :list_kind) AND (:call.sees_all OR p.bureau_unit_id = :call.unit OR EXISTS (SELECT 1 FROM unit_membership m WHERE m.unit_id = :call.unit
      AND m.valid_from <= :call.today AND (m.valid_to IS NULL OR :call.today < m.valid_to)))
), whole AS (
  SELECT count(*)::int4 AS plan_entry_count, coalesce(sum(total_investment_fen), 0)::int8 AS plan_investment_fen,
    coalesce(sum(planned_pay_fen), 0)::int8 AS plan_pay_fen,
    (count(*) FILTER (WHERE list_kind = 'NONGTUI' AND selected) * 10000 / nullif(count(*) FILTER (WHERE list_kind = 'NONGTUI'), 0))::int4
      AS selected_share_bp
  FROM entry
), total AS (
  SELECT field, bureau_unit_id, count(*)::int4 AS entry_count, sum(expected_workers)::int4 AS expected_workers,
    coalesce(sum(total_investment_fen), 0)::int8 AS total_investment_fen,
    (count(*) FILTER (WHERE total_investment_fen IS NULL))::int4 AS investment_unknown_count,
    coalesce(sum(planned_pay_fen), 0)::int8 AS planned_pay_fen, (count(*) FILTER (WHERE planned_pay_fen IS NULL))::int4 AS pay_unknown_count,
    (count(*) FILTER (WHERE entry_source = 'RURAL_PROJECT_BANK'))::int4 AS from_bank_count,
    (count(*) FILTER (WHERE linked_special_fund_code IS NULL))::int4 AS unlinked_count,
    (count(*) FILTER (WHERE list_kind = 'NONGTUI'))::int4 AS nongtui_count,
    (count(*) FILTER (WHERE list_kind = 'NONGTUI' AND selected))::int4 AS selected_count
  FROM entry GROUP BY field, bureau_unit_id
)
SELECT t.*, w.*, t.field || '/' || t.bureau_unit_id AS page_key FROM total t, whole w
WHERE :page_token IS NULL OR (t.field, t.bureau_unit_id) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2))
ORDER BY t.field, t.bureau_unit_id LIMIT :call.limit
