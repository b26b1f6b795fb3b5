-- GetDeliveredPartRequest -> DeliveredPart
SELECT content FROM delivery WHERE report_code = :report_code AND part_number = :part_number
