-- AnswerAdviceRequest -> AdviceReply
WITH advice AS (SELECT * FROM project_advice WHERE project_code = :project_code AND advice_number = :advice_number),
problem AS (
  SELECT 'ADVICE_ANSWERED' AS refusal, 'advice_number' AS refusal_path, a.answered_date::text AS refusal_detail FROM advice a
  WHERE a.answered_date IS NOT NULL
), answered AS (
  UPDATE project_advice x SET answer_note = :answer_note, answering_unit_id = :call.unit, answered_by = :call.principal, answered_date = :call.today
  FROM advice a WHERE (x.project_code, x.advice_number) = (a.project_code, a.advice_number) AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING x.project_code, x.advice_number
)
SELECT problem.*, a.project_code, a.advice_number FROM problem FULL JOIN answered a ON false
