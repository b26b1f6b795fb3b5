-- FindLedgerRowsRequest -> FoundLedgerRows.rows[]
SELECT 'WAGE' AS row_kind, l.project_code, s.month, l.sheet_code, l.worker_number, l.id_number_mask, l.agreement_code, l.pay_class AS employment_kind,
  l.day_hundredths::int8 AS day_hundredths, l.gross_fen, l.net_fen, CASE l.line_state WHEN 'PAID' THEN l.net_fen ELSE 0 END AS paid_fen, l.line_state
FROM unnest(:keys.project_code, :keys.sheet_code, :keys.worker_number) WITH ORDINALITY AS k(project_code, sheet_code, worker_number, place)
JOIN wage_line l ON l.project_code = k.project_code AND l.sheet_code = k.sheet_code AND l.worker_number = k.worker_number AND l.line_state <> 'SUPERSEDED'
JOIN wage_sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state <> 'VOID'
ORDER BY k.place
