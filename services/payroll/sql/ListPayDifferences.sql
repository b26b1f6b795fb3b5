-- ListPayDifferencesRequest -> PayDifferencePage.rows[]
SELECT worker_number::text AS page_key, worker_number, worker_name, drawn_fen, due_fen, greatest(due_fen - drawn_fen, 0) AS owed_fen,
  greatest(drawn_fen - due_fen, 0) AS overpaid_fen, drawn_hundredths, sealed_hundredths, earlier_sheet_code, objection_number, difference_reason
FROM pay_differences(:project_code, :month)
WHERE due_fen <> drawn_fen AND worker_number > coalesce(:page_token, '-1')::int8
ORDER BY worker_number LIMIT :call.limit
