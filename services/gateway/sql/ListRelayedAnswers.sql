-- ListRelayedAnswersRequest -> RelayedAnswers.rows[]
SELECT d.draw_number, d.answer_content AS content,
  (SELECT json_agg(json_build_object('line_number', p.line_number, 'row_number', p.row_number, 'upper_line_number', p.upper_line_number))
    FROM draw_position p WHERE p.draw_number = d.draw_number) AS positions, d.draw_number::text AS page_key
FROM draw d WHERE d.relayed_seed = :seed AND d.draw_state = 'ANSWERED' AND d.draw_number > coalesce(:page_token, '0')::int8
ORDER BY d.draw_number LIMIT :call.limit
