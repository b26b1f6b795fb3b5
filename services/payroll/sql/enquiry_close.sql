-- RecordEnquiryRequest -> Nothing
UPDATE payment_enquiry e SET answered_date = coalesce(e.answered_date, :call.today)
WHERE e.project_code = :project_code AND e.order_code = :order_code AND e.enquiry_number = coalesce(:enquiry_number, 0)
  AND e.worker_number = ANY (:lines.worker_number)
