-- OrderPaymentRequest -> PaymentOrder
-- Everything of the sheet that waits for money and was never ordered.
SELECT * FROM order_lines('OrderPayment', :project_code, :sheet_code, false, :line_count, :total_fen, :bank_unit_id, :wage_account_code, :order_channel,
  :call.principal, :call.today, :call.id)
