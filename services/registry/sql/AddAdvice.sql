-- AddAdviceRequest -> AdviceReply
WITH problem AS (
  SELECT 'NOT_CONTACT_UNIT' AS refusal, 'project_code' AS refusal_path, :call.unit AS refusal_detail FROM project p
  WHERE p.project_code = :project_code
    AND NOT EXISTS (SELECT 1 FROM project_party y WHERE (y.project_code, y.unit_id, y.relation) = (p.project_code, :call.unit, 'CONTACT'))
), placed AS (
  INSERT INTO project_advice (project_code, advice_number, unit_id, advice_note, advised_by, advised_date)
  SELECT p.project_code, 1 + coalesce((SELECT max(a.advice_number) FROM project_advice a WHERE a.project_code = p.project_code), 0), :call.unit,
    :advice_note, :call.principal, :call.today
  FROM project p WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, advice_number
)
SELECT problem.*, a.project_code, a.advice_number FROM problem FULL JOIN placed a ON false
