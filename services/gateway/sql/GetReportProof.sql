-- GetReportProofRequest -> ReportProof.rows[]
-- A received report's parts stand in delivery, a sent one's in outgoing_part; a report of this node's own unit has none, and still a decision.
WITH wanted AS (
  SELECT * FROM report r WHERE r.report_code = :report_code AND (:call.sees_all OR r.unit_id = :call.unit)),
part AS (
  SELECT d.report_code, d.part_number, d.content, d.signature, d.key_id, d.receipt_content, d.receipt_signature, d.receipt_key_id, d.sender_unit_id
  FROM delivery d WHERE d.report_code = :report_code AND d.part_number > coalesce(:page_token, '0')::int4
  UNION ALL SELECT o.report_code, o.part_number, o.content, o.signature, o.key_id, o.receipt_content, o.receipt_signature, o.receipt_key_id, NULL
  FROM outgoing_part o WHERE o.report_code = :report_code AND o.part_number > coalesce(:page_token, '0')::int4),
decided AS (
  SELECT content, signature, key_id FROM (
    SELECT 2 AS place, decision_number, content, signature, key_id FROM decision WHERE report_code = :report_code AND content IS NOT NULL
    UNION ALL SELECT 1, decision_number, content, signature, key_id FROM taken_decision WHERE report_code = :report_code) d
  ORDER BY place, decision_number DESC LIMIT 1)
SELECT w.report_code, w.unit_id, w.quarter, w.revision, w.report_state, w.line_digest, p.sender_unit_id, c.sign_public AS sender_sign_public,
  d.content AS decision_content, d.signature AS decision_signature, d.key_id AS decision_key_id, p.part_number, p.content, p.signature, p.key_id,
  p.receipt_content, p.receipt_signature, p.receipt_key_id, p.part_number::text AS page_key
FROM wanted w LEFT JOIN part p USING (report_code) LEFT JOIN child c ON c.unit_id = p.sender_unit_id LEFT JOIN decided d ON true
ORDER BY p.part_number LIMIT :call.limit
