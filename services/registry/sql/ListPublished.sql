-- ListPublishedRequest -> ListPublishedReply.rows[]
-- Any project in the form of a published notice: an amount as it was written, an empty cell where nothing was stated.
SELECT p.project_code, p.province_name AS province, p.city_name AS city, p.county_name AS county, p.town_village_name AS town_village, p.project_name,
  p.project_year::text AS year, coalesce(p.track, 'UNKNOWN') AS track,
  (SELECT min(f.field_name) FROM field_alias f WHERE f.field = p.field AND strpos(f.field_name, '（') = 0) AS field,
  wanyuan_text(p.total_investment_fen) AS total_investment_wanyuan, wanyuan_text(p.central_fen) AS central_funds_wanyuan,
  wanyuan_text(p.provincial_fen) AS provincial_funds_wanyuan, wanyuan_text(p.other_fiscal_fen) AS other_fiscal_wanyuan,
  wanyuan_text(p.self_raised_fen) AS self_raised_wanyuan, p.fund_kind_note AS fund_kind_text, wanyuan_text(p.planned_pay_fen) AS planned_pay_wanyuan,
  wanyuan_text(p.published_paid_fen) AS paid_pay_wanyuan, trim_scale(p.published_ratio_bp::numeric / 100)::text || '%' AS pay_ratio_published,
  p.ratio_basis_note AS ratio_basis_text, p.planned_workers::text AS planned_workers, p.published_workers::text AS absorbed_workers,
  p.priority_note AS priority_breakdown_text, p.planned_trainees::text AS trainees, p.planned_posts::text AS public_posts,
  p.planned_start_note AS start, p.planned_end_note AS "end", coalesce(p.published_procurement, 'UNKNOWN') AS procurement,
  p.carrying_body_name AS carrying_body, p.owner_name AS owner, p.content_note AS main_content, p.source_title, p.source_date_note AS source_date_text,
  p.project_code AS page_key
FROM project p
WHERE (:page_token IS NULL OR p.project_code > :page_token) AND (:province IS NULL OR p.province_name = :province)
  AND (:bureau_unit_id IS NULL OR p.bureau_unit_id = :bureau_unit_id)
  AND (:call.sees_all OR p.project_code = ANY (ARRAY(SELECT y.project_code FROM project_party y WHERE y.unit_id = :call.unit)))
ORDER BY p.project_code LIMIT :call.limit
