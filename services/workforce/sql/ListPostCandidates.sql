-- ListPostCandidatesRequest -> ListPostCandidatesReply.rows[]
-- Ranks count everybody; rows are shown of people the caller has to do with.
SELECT c.worker_number, w.worker_name, w.id_number_mask, c.rank_number, c.first_choice, c.worked_here, c.trained_here,
       c.priority_groups <> '{}' AS in_priority_group, c.priority_groups, c.near_level, c.day_hundredths, c.age_years, w.home_division_code,
       c.rank_number::text AS page_key
FROM post_candidates(:project_code, :post_code, :call.today, NULL) c JOIN worker w USING (worker_number)
WHERE c.rank_number > coalesce(:page_token, '0')::int4
  AND (:call.sees_people OR unit_knows(:call.unit, c.worker_number) OR lives_under(:call.unit, w.home_division_code))
ORDER BY c.rank_number
LIMIT :call.limit
