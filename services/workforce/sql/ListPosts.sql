-- ListPostsRequest -> ListPostsReply.rows[]
-- The ledger of posts (facts C.6) with the last holder of each.
SELECT p.project_code, p.post_code, p.post_kind, p.post_name, p.long_upkeep, p.division_code, p.duty_note, p.monthly_pay_fen, p.post_fund_name,
       p.post_state, p.set_date, p.closed_date, p.close_reason, h.holding, p.post_code AS page_key
FROM upkeep_post p
LEFT JOIN LATERAL (
  SELECT json_strip_nulls(json_build_object('project_code', h.project_code, 'post_code', h.post_code, 'holding_number', h.holding_number,
         'worker_number', h.worker_number, 'worker_name', w.worker_name, 'id_number_mask', w.id_number_mask, 'from_date', h.from_date,
         'to_date', h.to_date, 'holder_category', h.holder_category, 'holder_reason', h.holder_reason, 'priority_group', h.priority_group,
         'first_choice', h.first_choice, 'worked_here', h.worked_here, 'trained_here', h.trained_here, 'is_local', h.is_local,
         'passed_over_count', h.passed_over_count, 'age_years', h.age_years, 'end_date', h.end_date, 'end_reason', h.end_reason)) AS holding
  FROM post_holding h JOIN worker w USING (worker_number)
  WHERE h.project_code = p.project_code AND h.post_code = p.post_code ORDER BY h.holding_number DESC LIMIT 1) h ON true
WHERE p.project_code = :project_code AND p.post_code > coalesce(:page_token, '') AND (:post_state IS NULL OR p.post_state = :post_state)
ORDER BY p.post_code
LIMIT :call.limit
