-- ListProjectStepsRequest -> ListProjectStepsReply.rows[]
SELECT s.step_number, s.method, s.from_state, s.to_state, t.sentence, s.made_by, s.made_by_unit AS made_by_unit_id, s.made_at AS made_at_us,
  s.effective_date, s.step_note, s.step_number::text AS page_key
FROM project_step s LEFT JOIN state_transition t
  ON (t.machine, t.from_state, t.method, t.to_state) = ('project', s.from_state, s.method, s.to_state)
WHERE s.project_code = :project_code AND (:page_token IS NULL OR s.step_number > (:page_token)::int4)
  AND (:from_date::date IS NULL OR (s.made_at AT TIME ZONE 'Asia/Shanghai')::date >= :from_date::date)
  AND (:to_date::date IS NULL OR (s.made_at AT TIME ZONE 'Asia/Shanghai')::date <= :to_date::date)
ORDER BY s.step_number LIMIT :call.limit
