-- RecordReceiptRequest -> ReportKey
-- The parent has the part: the worker has verified its signature. Recording it twice changes nothing.
WITH problem AS (
  SELECT 'PART_UNKNOWN' AS refusal, 'part_number' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM outgoing_part WHERE report_code = :report_code AND part_number = :part_number)
  UNION ALL SELECT 'PART_DIFFERS', 'digest', report_code FROM outgoing_part
    WHERE report_code = :report_code AND part_number = :part_number AND digest <> :digest),
settled AS (
  UPDATE outgoing_part SET part_state = 'IN_CUSTODY', receipt_content = :receipt.content, receipt_signature = :receipt.signature,
    receipt_key_id = :receipt.key_id, settled_at = :call.now
  WHERE report_code = :report_code AND part_number = :part_number AND part_state = 'QUEUED' AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING report_code),
changed AS (
  UPDATE report r SET in_custody = true FROM settled s
  WHERE r.report_code = s.report_code AND NOT EXISTS (
    SELECT 1 FROM outgoing_part o WHERE o.report_code = :report_code AND o.part_number <> :part_number AND o.part_state <> 'IN_CUSTODY'))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM report WHERE report_code = :report_code AND NOT EXISTS (SELECT 1 FROM problem)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
