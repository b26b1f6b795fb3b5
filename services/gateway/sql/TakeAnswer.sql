-- TakeAnswerRequest -> AnswerTaken
-- What was in it has been recorded by calls of its own before this one; this one remembers the age of its calendar, and who brought it.
WITH newest AS (
  INSERT INTO answer_cursor (made_at) SELECT :gathered_made_at_us::timestamptz WHERE :gathered_made_at_us::timestamptz IS NOT NULL
  ON CONFLICT (one) DO UPDATE SET made_at = greatest(answer_cursor.made_at, excluded.made_at))
SELECT coalesce(:gathered_receipt_count, 0) AS receipt_count, coalesce(:gathered_refusal_count, 0) AS refusal_count,
  coalesce(:gathered_decision_count, 0) AS decision_count, coalesce(:gathered_quarter_count, 0) AS quarter_count
