-- GetTakenDrawRequest -> TakenDraw
SELECT seed, draw_number, report_code, row_count, due_date, taken_at AS taken_at_us, content AS "answer.content", signature AS "answer.signature",
  key_id AS "answer.key_id", 'SM2-SM3' AS "answer.algorithm", 'DrawAnswerContent' AS "answer.content_type"
FROM taken_draw WHERE seed = :seed
