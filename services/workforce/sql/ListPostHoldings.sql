-- ListPostHoldingsRequest -> ListPostHoldingsReply.rows[]
SELECT h.project_code, h.post_code, h.holding_number, h.worker_number, w.worker_name, w.id_number_mask, h.from_date, h.to_date, h.holder_category,
       h.holder_reason, h.priority_group, h.first_choice, h.worked_here, h.trained_here, h.is_local, h.passed_over_count, h.age_years, h.end_date,
       h.end_reason, h.post_code || '|' || h.holding_number AS page_key
FROM post_holding h JOIN worker w USING (worker_number)
WHERE h.project_code = :project_code AND (:post_code IS NULL OR h.post_code = :post_code)
  AND (h.post_code, h.holding_number) > (coalesce(split_part(:page_token, '|', 1), ''), coalesce(split_part(:page_token, '|', 2)::int4, -1))
ORDER BY h.post_code, h.holding_number
LIMIT :call.limit
