-- FindLedgerRowsRequest -> FoundLedgerRows.rows[]
SELECT 'ATTENDANCE' AS row_kind, s.project_code, s.month, s.worker_number, w.id_number_mask, s.agreement_code, s.employment_kind,
  s.day_hundredths::int8 AS day_hundredths, s.attended_days, s.first_date
FROM unnest(:keys.project_code, :keys.month, :keys.worker_number) WITH ORDINALITY AS k(project_code, month, worker_number, place)
JOIN sealed_worker s ON s.project_code = k.project_code AND s.month = k.month AND s.worker_number = k.worker_number
LEFT JOIN worker w ON w.worker_number = s.worker_number
ORDER BY k.place
