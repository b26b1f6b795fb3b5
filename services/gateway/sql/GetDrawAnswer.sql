-- GetDrawAnswerRequest -> DrawAnswer
SELECT d.draw_number, d.report_code, d.answered_at AS answered_at_us, d.answer_content AS "answer.content", d.answer_signature AS "answer.signature",
  d.answer_key_id AS "answer.key_id", 'SM2-SM3' AS "answer.algorithm", 'DrawAnswerContent' AS "answer.content_type"
FROM draw d WHERE d.draw_number = :draw_number AND d.draw_state = 'ANSWERED' AND (:call.sees_all OR d.unit_id = :call.unit)
