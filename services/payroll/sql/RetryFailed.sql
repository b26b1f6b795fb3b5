-- RetryFailedRequest -> PaymentOrder
-- Only lines the bank refused, whose account was put right since or never at fault: a paid or an unknown line is never ordered again.
SELECT * FROM order_lines('RetryFailed', :project_code, :sheet_code, true, :line_count, :total_fen, :bank_unit_id, :wage_account_code, :order_channel,
  :call.principal, :call.today, :call.id)
