-- ListRecruitmentRequest -> ListRecruitmentReply.rows[]
-- Places one may still apply for. It names nobody.
SELECT n.project_code, n.demand_code, n.notice_code, n.recruit_channel, n.publish_date, n.apply_by_date, n.place_note, n.contact_phone,
       p.project_name, coalesce(t.division_code, p.division_code) AS division_code, d.post_name, d.head_count,
       greatest(d.head_count - (SELECT count(*) FROM choice c WHERE c.project_code = d.project_code AND c.demand_code = d.demand_code
                                  AND c.choice_state = 'CHOSEN'), 0)::int4 AS open_count, d.skill_kind, d.skill_level, d.from_date, d.to_date,
       d.pay_unit, d.rate_fen, d.content_note, n.apply_by_date || '|' || n.project_code || '|' || n.notice_code AS page_key
FROM recruitment_notice n JOIN labour_demand d USING (project_code, demand_code) JOIN project p USING (project_code)
LEFT JOIN project_task t USING (project_code, task_number)
WHERE n.apply_by_date >= :call.today AND d.demand_state = 'RECRUITING'
  AND (n.apply_by_date, n.project_code, n.notice_code) > (coalesce(nullif(split_part(:page_token, '|', 1), '')::date, '-infinity'),
       coalesce(split_part(:page_token, '|', 2), '') COLLATE "C", coalesce(split_part(:page_token, '|', 3), ''))
  AND (:division_code IS NULL OR starts_with(coalesce(t.division_code, p.division_code), :division_code))
ORDER BY n.apply_by_date, n.project_code, n.notice_code
LIMIT :call.limit
