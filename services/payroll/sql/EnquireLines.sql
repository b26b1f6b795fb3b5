-- EnquireLinesRequest -> LinesEnquired
-- What the bank could not tell, or did not tell in time. A line that is being asked after is not asked after twice.
WITH given AS (
  SELECT * FROM payment_order WHERE project_code = :project_code AND order_code = :order_code
),
asked AS (
  SELECT l.worker_number FROM given o JOIN payment_line l ON l.project_code = o.project_code AND l.order_code = o.order_code
  WHERE (l.line_state = 'UNKNOWN' OR (l.line_state = 'ORDERED' AND o.ordered_date + pay_policy_on('ENQUIRY_DAYS', :call.today)::int4 <= :call.today))
    AND NOT EXISTS (SELECT 1 FROM payment_enquiry e WHERE e.project_code = :project_code AND e.order_code = :order_code
      AND e.worker_number = l.worker_number AND e.answered_date IS NULL)
),
problem AS (
  SELECT 'ORDER_NOT_FOUND' AS refusal, 'order_code' AS refusal_path, :order_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM given)
  UNION ALL SELECT 'NOTHING_TO_ENQUIRE', 'order_code', order_code FROM given WHERE NOT EXISTS (SELECT 1 FROM asked)
),
numbered AS (
  UPDATE payment_order o SET enquiry_count = o.enquiry_count + 1
  WHERE o.project_code = :project_code AND o.order_code = :order_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING o.enquiry_count, o.bank_unit_id
),
kept AS (
  INSERT INTO payment_enquiry (project_code, order_code, enquiry_number, worker_number, asked_by, asked_date)
  SELECT :project_code, :order_code, n.enquiry_count, a.worker_number, :call.principal, :call.today FROM numbered n, asked a
  RETURNING 1
),
changed AS (
  SELECT :project_code AS project_code, :order_code AS order_code, n.enquiry_count AS enquiry_number, n.bank_unit_id,
    (SELECT count(*) FROM kept)::int4 AS line_count, :call.today AS asked_date FROM numbered n
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
