-- ListFindingRowsRequest -> FindingRowPage.rows[]
SELECT lpad(r.row_number::text, 9, '0') AS page_key, f.finding_kind, f.subject, r.row_number, r.month, r.worker_number, r.id_number_mask,
  r.sheet_code, r.training_code, r.roster_hundredths, r.attendance_hundredths, r.payroll_hundredths, r.paid_fen, r.bank_fen, r.row_note
FROM finding_row r JOIN finding f ON f.project_code = r.project_code AND f.finding_code = r.finding_code
WHERE r.project_code = :project_code AND r.finding_code = :finding_code AND r.row_number > coalesce(:page_token, '0')::int4
ORDER BY r.row_number LIMIT :call.limit
