-- RecordEnquiryRequest -> Nothing
-- The lines are of this enquiry; what the bank says of each is judged by RecordBankResults.
WITH given AS (
  SELECT g.worker_number, g.place FROM unnest(:lines.worker_number) WITH ORDINALITY AS g(worker_number, place)
)
SELECT 'NOT_ENQUIRED' AS refusal, format('lines[%s].worker_number', place - 1) AS refusal_path, worker_number::text AS refusal_detail FROM given g
WHERE NOT EXISTS (SELECT 1 FROM payment_enquiry e WHERE e.project_code = :project_code AND e.order_code = :order_code
  AND e.enquiry_number = coalesce(:enquiry_number, 0) AND e.worker_number = g.worker_number)
