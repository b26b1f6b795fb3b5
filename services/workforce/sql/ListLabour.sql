-- ListLabourRequest -> ListLabourReply.rows[]
SELECT l.worker_number, w.worker_name, w.id_number_mask, w.sex, w.birth_date, w.home_division_code, l.township_unit_id, l.survey_code,
       l.checked_date, l.checked_date >= :call.today - policy_on('survey_fresh_days', :call.today)::int4 AS answer_fresh, l.survey_category,
       l.employment_status, l.willing, l.available_from AS available_from_date, nullif(l.available_to, 'infinity') AS available_to_date,
       l.skill_kind, coalesce(l.skill_level, w.skill_level) AS skill_level, l.ability_note,
       ARRAY(SELECT g.priority_group FROM worker_group g WHERE g.worker_number = l.worker_number AND g.valid_from_date <= :call.today
               AND coalesce(g.valid_to_date, 'infinity') >= :call.today ORDER BY g.priority_group) AS priority_groups,
       l.worker_number::text AS page_key
FROM labour l JOIN worker w USING (worker_number)
WHERE l.worker_number > coalesce(:page_token, '-1')::int8
  AND (:call.sees_people OR l.township_unit_id = :call.unit)
  AND (:township_unit_id IS NULL OR l.township_unit_id = :township_unit_id)
  AND (:available_on_date::date IS NULL OR (l.willing AND :available_on_date::date BETWEEN l.available_from AND l.available_to))
  AND (:skill_kind IS NULL OR l.skill_kind = :skill_kind)
  AND (:priority_group IS NULL OR EXISTS (
    SELECT 1 FROM worker_group g WHERE g.worker_number = l.worker_number AND g.priority_group = :priority_group
      AND g.valid_from_date <= :call.today AND coalesce(g.valid_to_date, 'infinity') >= :call.today))
ORDER BY l.worker_number
LIMIT :call.limit
