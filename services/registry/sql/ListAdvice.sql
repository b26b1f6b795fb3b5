-- ListAdviceRequest -> ListAdviceReply.rows[]
SELECT a.project_code, a.advice_number, a.unit_id, a.advice_note, a.advised_date, a.answer_note, a.answering_unit_id, a.answered_date,
  a.project_code || '/' || a.advice_number AS page_key
FROM project_advice a
WHERE (:project_code IS NULL OR a.project_code = :project_code) AND (NOT :unanswered_only OR a.answered_date IS NULL)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = a.project_code AND y.unit_id = :call.unit))
  AND (:page_token IS NULL OR (a.project_code, a.advice_number) > (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2)::int4))
ORDER BY a.project_code, a.advice_number LIMIT :call.limit
