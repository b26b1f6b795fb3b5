-- RecordDrawRequest -> TakenDraw
-- The answer is on record before it is sent; the one recorded first is the one that is sent.
WITH taken AS (
  INSERT INTO taken_draw (seed, draw_number, report_code, row_count, due_date, content, signature, key_id, taken_at)
  VALUES (:seed, :draw_number, :report_code, :row_count, :due_date, :answer.content, :answer.signature, :answer.key_id, :call.now)
  ON CONFLICT (seed) DO NOTHING RETURNING *)
SELECT seed, draw_number, report_code, row_count, due_date, taken_at AS taken_at_us, content AS "answer.content", signature AS "answer.signature",
  key_id AS "answer.key_id", 'SM2-SM3' AS "answer.algorithm", 'DrawAnswerContent' AS "answer.content_type"
FROM (SELECT * FROM taken UNION ALL SELECT * FROM taken_draw WHERE seed = :seed) t
