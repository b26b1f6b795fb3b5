-- WorkforceFiguresRequest -> WorkforceFiguresReply.rows[]
SELECT project_code, worker_count, priority_worker_count, female_worker_count, local_worker_count, day_hundredths, worker_time_count,
       sealed_month_count, unsealed_month_count, training_count, trainee_count, trainee_time_count, safety_trainee_count, skill_trainee_count,
       upgraded_count, training_cost_fen, worker_count_year, day_hundredths_year, training_count_year, trainee_count_year, agreement_count,
       contract_worker_count, CASE WHEN worker_count > 0 THEN local_worker_count * 10000 / worker_count ELSE 0 END AS local_share_bp,
       priority_worker_count_year, female_worker_count_year, local_worker_count_year, demanded_count,
       applied_worker_count, post_set_count, post_filled_count, post_first_choice_count, referral_count, referral_placed_count, project_code AS page_key
FROM (SELECT ARRAY(SELECT p.project_code FROM project p WHERE p.bureau_unit_id = :unit_id AND p.project_code > coalesce(:page_token, '')
                   ORDER BY p.project_code LIMIT :call.limit) AS codes) page
CROSS JOIN LATERAL project_figures(page.codes, :quarter) JOIN LATERAL labour_figures(page.codes, :quarter) USING (project_code)
ORDER BY project_code COLLATE "C"
LIMIT :call.limit
