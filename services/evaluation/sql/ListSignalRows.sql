-- ListSignalRowsRequest -> SignalRowPage.rows[]
SELECT lpad(row_number::text, 9, '0') AS page_key, row_number, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  coalesce(day_hundredths, 0) AS day_hundredths, coalesce(gross_fen, 0) AS gross_fen, row_note
FROM fraud_signal_row
WHERE project_code = :project_code AND signal_code = :signal_code AND row_number > coalesce(:page_token, '0')::int4
ORDER BY row_number LIMIT :call.limit
