-- ListSheetLinesRequest -> SheetLinePage.rows[]
SELECT l.worker_number::text AS page_key, l.worker_number, l.worker_name, l.id_number_mask, l.agreement_code,
  l.day_hundredths::int8 AS day_hundredths,
  l.pay_unit, l.rate_fen, l.gross_fen, l.deduction_fen, l.net_fen, l.account_holder, l.account_no_mask, l.bank_name, l.line_state,
  l.confirmed_date, l.paid_date, l.bank_serial, l.reject_reason, l.reject_code,
  l.line_kind, l.pay_class, l.post_name, l.pay_cycle, l.hours_hundredths, l.piece_hundredths, l.earlier_sheet_code, l.line_reason, l.held,
  l.confirm_method, l.confirmed_by, l.confirmed_at AS confirmed_at_us, l.witness_name, l.witness_reason, l.pay_method, l.cash_reason
FROM wage_line l
WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number > coalesce(:page_token, '-1')::int8
  AND (:line_state IS NULL OR l.line_state = :line_state)
ORDER BY l.worker_number LIMIT :call.limit
