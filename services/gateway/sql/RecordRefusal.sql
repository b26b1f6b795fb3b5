-- RecordRefusalRequest -> ReportKey
-- The parent will never take it as it is: the report comes back to its unit with the parent's words. Of a part that is settled it
-- changes nothing.
WITH problem AS (
  SELECT 'PART_UNKNOWN' AS refusal, 'part_number' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM outgoing_part WHERE report_code = :report_code AND part_number = :part_number)
  UNION ALL SELECT 'PART_DIFFERS', 'digest', report_code FROM outgoing_part
    WHERE report_code = :report_code AND part_number = :part_number AND digest <> :digest),
settled AS (
  UPDATE outgoing_part SET part_state = 'REFUSED', refusal_note = :refusal_note, settled_at = :call.now
  WHERE report_code = :report_code AND part_state = 'QUEUED' AND NOT EXISTS (SELECT 1 FROM problem)
    AND EXISTS (SELECT 1 FROM outgoing_part o WHERE o.report_code = :report_code AND o.part_number = :part_number AND o.part_state = 'QUEUED')
  RETURNING report_code),
changed AS (
  UPDATE report SET report_state = 'RETURNED', refusal_note = :refusal_note
  WHERE report_code = :report_code AND report_state = 'SUBMITTED' AND EXISTS (SELECT 1 FROM settled) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
